package org.codeaudit.generate

import java.util.Collections.{emptyList => nothing}
import java.util.concurrent.{CompletionException, TimeUnit}

import org.codeaudit.generate.Requests._
import org.codeaudit.model.{AllowedTokens, CacheSpace, ModelFailure, Precision}
import org.codeaudit.model.CacheSpace.Region
import org.codeaudit.model.torch.Golden
import org.scalatest.concurrent.Eventually
import org.scalatest.funsuite.AnyFunSuite
import org.scalatest.time.SpanSugar._

import scala.jdk.CollectionConverters._

/** What is lost or held twice is found, and named. */
class CacheAuditSuite extends AnyFunSuite with Eventually {
  implicit override val patienceConfig: PatienceConfig = PatienceConfig(60.seconds, 5.millis)

  private val settings = new EngineSettings(4, 64, 16)

  /** Rows whose prompts begin alike, so that there are prefixes. */
  private def rows(count: Int) =
    (0 until count).map(i => request(s"row $i", (0 until 40) ++ Seq(100 + i), most = 20))

  /** A core in the middle of its work: sequences that run, sequences that wait and a prefix. */
  private def busy(model: FakeLanguageModel): EngineCore = {
    val core = new EngineCore(model, settings, AllowedTokens.ALL)
    rows(6).foreach(row => core.add(new Sequence(row, new FakeTokenizer, core.limit())))
    (1 to 5).foreach(_ => core.step())
    assert(core.statistics().running == 4 && core.statistics().waiting == 2)
    core
  }

  private def problem(check: => Unit): String = intercept[ModelFailure](check).getMessage

  test("a cache that is in order passes at every step, and when all is done") {
    val model = new FakeLanguageModel
    val core = busy(model)
    core.checkCache()
    while (!core.idle()) {
      core.step()
      core.checkCache()
    }
    assert(model.spaces().get(0).regions.asScala.exists(_.sequence.isPresent), "no prefix is left")
  }

  test("a sequence that nobody holds is found") {
    val model = new FakeLanguageModel
    val core = busy(model)
    val leaked = model.open(64)
    val found = problem(core.checkCache())
    assert(found.contains(s"belong to sequence $leaked, which no row and no prefix holds"))
    assert("positions \\d+ to \\d+".r.findFirstIn(found).isDefined)
    model.close(leaked)
    core.checkCache()
  }

  test("a row whose sequence was closed behind its back is named") {
    val model = new FakeLanguageModel
    val core = busy(model)
    val last = model.spaces().get(0).regions.asScala.flatMap(one => handle(one)).max
    model.close(last)
    val found = problem(core.checkCache())
    assert(
      found.contains("row row ") && found.contains(s" holds sequence $last, which is not open")
    )
  }

  private def handle(region: Region): Option[Int] =
    Option.when(region.sequence.isPresent)(region.sequence.getAsInt)

  test("positions that are lost, held twice or made up are found") {
    val cases = Seq(
      Seq(
        Region.of(7, 0, 30),
        Region.free(40, 60)
      ) -> "positions 30 to 39 are neither free nor held",
      Seq(Region.of(7, 0, 100), Region.free(90, 10)) ->
        "positions 90 to 99 belong to sequence 7 and to no sequence",
      Seq(Region.free(0, 50), Region.of(7, 50, 20), Region.of(8, 60, 40)) ->
        "positions 60 to 69 belong to sequence 7 and to sequence 8",
      Seq(Region.of(7, 0, 100), Region.of(8, 20, 10)) ->
        "positions 20 to 29 belong to sequence 7 and to sequence 8",
      Seq(Region.of(7, 0, 90)) -> "positions 90 to 99 are neither free nor held",
      Seq(Region.free(0, 90), Region.of(7, 90, 20)) ->
        "positions 100 to 109 do not exist and belong to sequence 7",
      Nil -> "positions 0 to 99 are neither free nor held"
    )
    for ((regions, expected) <- cases) {
      val model = new FakeLanguageModel {
        override def spaces(): java.util.List[CacheSpace] =
          java.util.List.of(new CacheSpace("positions", 100, regions.asJava))
      }
      val audit = new CacheAudit(model, nothing[Sequence], nothing[Prefix])
      assert(problem(audit.check()).contains(expected))
    }
  }

  test("a sequence that two hold, and a prefix whose users were miscounted, are found") {
    val model = new FakeLanguageModel
    val handle = model.open(10)
    val prefixes = Seq.fill(2)(new Prefix(Array.fill(10)(1), handle, java.util.Optional.empty(), 0))
    prefixes.head.use()
    val found = problem(new CacheAudit(model, nothing[Sequence], prefixes.asJava).check())
    assert(found.contains(s"the prefix of 10 tokens both hold sequence $handle"))
    assert(found.contains("the prefix of 10 tokens counts 1 that begin with it and has 0"))
  }

  test("an engine that has nothing to do notices a leak, says so and ends") {
    class Leaking extends FakeLanguageModel {
      @volatile var leaks = false
      override def close(sequence: Int): Unit = if (!leaks) super.close(sequence)
    }
    val model = new Leaking
    val engine = new Engine(model, new FakeTokenizer, settings)
    try {
      assert(engine.submit(request("good")).get(60, TimeUnit.SECONDS).tokens.length == 20)
      model.leaks = true
      assert(engine.submit(request("leaky")).get(60, TimeUnit.SECONDS).tokens.length == 20)
      eventually(assert(engine.ended()))
      val failure = intercept[CompletionException](engine.submit(request("late")).join()).getCause
      assert(failure.isInstanceOf[ModelFailure])
      assert(failure.getMessage.startsWith("The key-value cache does not add up: positions 0 to "))
      assert(failure.getMessage.endsWith("which no row and no prefix holds"))
    } finally engine.close()
  }

  for (name <- Seq("qwen3-tiny", "qwen3-next-tiny"))
    test(s"the records of $name's cache cover it, whatever is open") {
      Golden.withModel(name, Precision.F32, cacheTokens = 600) { model =>
        def check(): Unit = {
          val spaces = model.spaces().asScala
          assert(spaces.map(_.name).contains("recurrent states") == !model.keepsPositions)
          val core = new EngineCore(model, settings, AllowedTokens.ALL)
          val open = spaces.head.regions.asScala.count(_.sequence.isPresent)
          if (open == 0) core.checkCache()
          else {
            // everything is covered, and of no more is complained than that nobody holds it
            val found = problem(core.checkCache())
            val complaints = found.split("; ").toSeq
            assert(complaints.size == open, found)
            assert(complaints.forall(_.endsWith("which no row and no prefix holds")), found)
          }
        }
        check()
        val handles = Seq(50, 1, 120, 30).map(model.open)
        check()
        model.close(handles(1))
        model.close(handles(2))
        check()
        assert(model.reserve(handles(3), 150))
        check()
        Seq(0, 3).foreach(i => model.close(handles(i)))
        check()
      }
    }
}
