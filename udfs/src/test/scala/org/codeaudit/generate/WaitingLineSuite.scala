package org.codeaudit.generate

import org.codeaudit.generate.request.GenerationRequest
import org.codeaudit.generate.Requests._
import org.codeaudit.model.AllowedTokens
import org.scalatest.funsuite.AnyFunSuite

import scala.collection.mutable
import scala.jdk.CollectionConverters._
import scala.util.Random

/** In which order sequences that wait are served. */
class WaitingLineSuite extends AnyFunSuite {
  private val tokenizer = new FakeTokenizer
  private val random = new Random(3)

  private def tokens(count: Int): Seq[Int] = Seq.fill(count)(random.nextInt(250))

  private def sequence(key: String, prompt: Seq[Int]) =
    new Sequence(request(key, prompt), tokenizer, 1000)

  private def served(line: WaitingLine): Seq[String] =
    Iterator
      .continually(line)
      .takeWhile(!_.isEmpty)
      .map { line =>
        val next = line.peekFirst()
        line.removeFirst()
        next.key
      }
      .toSeq

  test("the longest goes first, and equals go as they came") {
    val line = new WaitingLine(8)
    for ((key, length) <- Seq("a" -> 5, "b" -> 40, "c" -> 5, "d" -> 400, "e" -> 40))
      line.addLast(sequence(key, tokens(length)))
    assert(served(line) == Seq("d", "b", "e", "a", "c"))
  }

  test("prompts that begin alike follow each other, at every depth, the longest of them first") {
    val instructions = tokens(100)
    val files = Seq.fill(3)(instructions ++ tokens(64))
    val line = new WaitingLine(32)
    for (unit <- 0 until 4; file <- 0 until 3)
      line.addLast(sequence(s"$file/$unit", files(file) ++ tokens(10 + 5 * unit + file)))
    line.addLast(sequence("stranger", tokens(185)))
    assert(
      served(line) == Seq("2/3", "2/2", "2/1", "2/0", "1/3", "1/2", "1/1", "1/0") ++
        Seq("0/3", "0/2", "0/1", "0/0", "stranger")
    )
  }

  test("nobody is overtaken by more than those of the round he came in") {
    val size = 6
    val line = new WaitingLine(size)
    val came = mutable.ArrayBuffer.empty[String]
    val went = mutable.ArrayBuffer.empty[String]
    def serve(): Unit = {
      went += line.peekFirst().key
      line.removeFirst()
    }
    for (i <- 0 until 400) {
      came += s"$i"
      line.addLast(sequence(s"$i", tokens(1 + random.nextInt(60))))
      if (random.nextInt(3) > 0) serve()
    }
    while (!line.isEmpty) serve()
    assert(went.sorted == came.sorted)
    for ((key, place) <- went.zipWithIndex) {
      val own = came.indexOf(key)
      assert(went.take(place).count(other => came.indexOf(other) > own) < size, key)
    }
    assert(went != came)
  }

  test("who gave its place away is next, and who is done leaves wherever it stands") {
    val line = new WaitingLine(2)
    val all = Seq("a", "b", "c", "d").map(key => key -> sequence(key, tokens(5)))
    all.foreach { case (_, one) => line.addLast(one) }
    line.peekFirst()
    line.addFirst(sequence("back", tokens(3)))
    assert(line.stream().toList.asScala.map(_.key) == Seq("back", "a", "b", "c", "d"))
    line.removeIf(one => Set("b", "d").contains(one.key))
    assert(line.size == 3 && served(line) == Seq("back", "a", "c"))
  }

  test("files whose rows come in turn are computed as if they came one after the other") {
    // Prefixes may take 100 positions: those of two files.
    def cached(rows: Seq[GenerationRequest], running: Int): Int = {
      val model = new FakeLanguageModel(cache = 400)
      val settings = new EngineSettings(running, 64, 16, true)
      val core = new EngineCore(model, settings, AllowedTokens.ALL)
      val sequences = rows.map(new Sequence(_, tokenizer, core.limit()))
      sequences.foreach(core.add)
      while (!core.idle()) core.step()
      sequences.map(_.result.join().timing.cachedTokens).sum
    }
    val headers = Seq.fill(4)(tokens(48))
    // four files, two rows of each in a round of eight
    val inTurn =
      for (unit <- 0 until 6; file <- 0 until 4)
        yield request(s"$file/$unit", headers(file) ++ tokens(4 + file), 5)
    val grouped = cached(inTurn, running = 4)
    // a round of two holds one row of a file, and whose prefix is dropped comes too late
    val single = cached(inTurn, running = 1)
    // in each of three rounds, the second row of a file finds what the first one needed; while the
    // prefixes of two files are in use, a third may have to go without
    assert(grouped >= 3 * 4 * 48 / 2 && grouped >= 2 * single, (grouped, single))
  }

  test("a long row keeps nobody from being started and finished") {
    val model = new FakeLanguageModel()
    val core =
      new EngineCore(model, new EngineSettings(4, 64, 16, false), AllowedTokens.ALL)
    val ended = mutable.ArrayBuffer.empty[String]
    def add(key: String, most: Int): Unit = {
      val one = new Sequence(request(key, tokens(10), most), tokenizer, core.limit())
      one.result.thenRun(() => ended += key)
      core.add(one)
    }
    add("long", 400)
    (0 until 60).foreach(i => add(s"$i", 10))
    while (!core.idle()) core.step()
    assert(ended.size == 61 && ended.last == "long")
    // three beside it, ten steps each
    assert(model.batches.size < 450)
    assert(model.batches.take(200).forall(_.size == 4))
  }
}
