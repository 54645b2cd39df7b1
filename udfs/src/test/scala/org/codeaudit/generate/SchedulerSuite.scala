package org.codeaudit.generate
import java.util.concurrent.{CancellationException, CompletionException}
import org.codeaudit.AuditException
import org.codeaudit.generate.answer.StopStrings
import org.codeaudit.generate.request.{FinishReason, Generation, GenerationRequest}
import org.codeaudit.generate.Requests._
import org.codeaudit.model.{AllowedTokens, SequenceStep}
import org.scalatest.funsuite.AnyFunSuite
import scala.collection.mutable

class SchedulerSuite extends AnyFunSuite {
  private val tokenizer = new FakeTokenizer

  private class Bench(
      val model: FakeLanguageModel,
      settings: EngineSettings = EngineSettings.DEFAULT
  ) {
    val core = new EngineCore(model, settings, AllowedTokens.ALL)
    private val floor = model.freeTokens()

    def add(request: GenerationRequest): Sequence = {
      val sequence = new Sequence(request, tokenizer, core.limit())
      core.add(sequence)
      sequence
    }

    /** Steps until nothing is left; the cache must be whole then. */
    def run(): Unit = {
      var steps = 0
      while (!core.idle()) {
        core.step()
        core.checkCache()
        steps += 1
        assert(steps < 100000, "no end in sight")
      }
      assert(model.freeTokens() == floor)
    }

    def answers(requests: Seq[GenerationRequest]): Seq[Generation] = {
      val sequences = requests.map(add)
      run()
      sequences.map(_.result.join())
    }
  }

  private def answer(request: GenerationRequest, model: FakeLanguageModel): Generation =
    new Bench(model).answers(Seq(request)).head

  /** What must not depend on who else was there. NaN equals NaN here. */
  private def essence(generation: Generation): (Seq[Int], Seq[Int], String, FinishReason) = (
    generation.tokens.toSeq,
    generation.logProbabilities.toSeq.map(java.lang.Float.floatToIntBits),
    generation.text,
    generation.finishReason
  )

  private def mixture: Seq[GenerationRequest] = (0 until 14).map { i =>
    val prompt = (0 to i * 7).map(n => (n * 31 + i) % 256)
    val sampling = i % 3 match {
      case 0 => org.codeaudit.model.SamplingSettings.GREEDY
      case 1 => seeded(i)
      case 2 => seeded(i, penalty = 1.2)
    }
    val turns = Seq.tabulate(40)(n => Option.when(n % 5 < 3)((n * 7 + i) % 250))
    val grammar = Option.when(i % 4 == 1)(new TurnGrammar(turns))
    request(s"row $i", prompt, 30 + i * 3, sampling, end = Set(17, 40 + i), grammar = grammar)
  }

  test("an answer is the same alone and in any batch, chunking and shortage of cache") {
    val alone = mixture.map(one => essence(answer(one, new FakeLanguageModel)))
    val cases = Seq(
      ("all at once", new EngineSettings(16, 512, 128), 4000, false),
      ("one at a time", new EngineSettings(1, 512, 128), 4000, false),
      ("prompts in crumbs", new EngineSettings(5, 5, 3), 4000, false),
      ("half the cache", new EngineSettings(16, 64, 1), 400, true),
      ("hardly any cache", new EngineSettings(16, 33, 5), 172, true)
    )
    for ((name, settings, cache, preempts) <- cases) {
      val bench = new Bench(new FakeLanguageModel(cache = cache), settings)
      val together = bench.answers(mixture).map(essence)
      assert(together == alone, name)
      assert(bench.core.statistics().preemptions > 0 == preempts, name)
      assert(bench.core.statistics().recomputedTokens > 0 == preempts, name)
    }
  }

  test("rows wait for a recurrent state in turn, and no step is made without it") {
    val alone = mixture.map(one => essence(answer(one, new FakeLanguageModel)))
    for (states <- Seq(1, 3)) {
      val ended = mutable.ArrayBuffer.empty[String]
      val bench = new Bench(new FakeLanguageModel(states = states))
      val sequences = mixture.map(bench.add)
      sequences.foreach(one => one.result.thenRun(() => ended += one.key))
      var full = 0
      while (!bench.core.idle()) {
        val steps = bench.model.batches.size
        bench.core.step()
        assert(bench.model.batches.size == steps + 1)
        if (bench.core.statistics().waiting > 0) {
          // whoever ends in a step is followed in the next one
          assert(bench.model.batches.last.size == states)
          full += 1
        }
      }
      assert(full > 0 && sequences.map(one => essence(one.result.join())) == alone)
      assert(bench.core.statistics().peakRunning == states)
      assert(bench.core.statistics().preemptions == 0)
      // all of one round: the longest first
      if (states == 1) assert(ended == mixture.sortBy(-_.prompt.length).map(_.key))
    }
  }

  test("rows wait for a recurrent state and for cache at once") {
    val alone = mixture.map(one => essence(answer(one, new FakeLanguageModel)))
    val model = new FakeLanguageModel(cache = 172, states = 2)
    val bench = new Bench(model, new EngineSettings(16, 33, 5))
    assert(bench.answers(mixture).map(essence) == alone)
    assert(bench.core.statistics().preemptions > 0)
  }

  test("no step holds more tokens or sequences than the settings say") {
    val bench = new Bench(new FakeLanguageModel, new EngineSettings(4, 9, 16))
    bench.answers(mixture)
    assert(bench.model.batches.forall(_.map(_.tokens.length).sum <= 9))
    assert(bench.model.batches.forall(_.size <= 4))
    assert(bench.model.batches.exists(_.map(_.tokens.length).sum == 9))
    assert(bench.core.statistics().peakRunning == 4)
  }

  test("an answer goes on while a long prompt comes in") {
    val bench = new Bench(new FakeLanguageModel, new EngineSettings(4, 8, 16))
    val first = bench.add(request("short", most = 12))
    bench.core.step()
    bench.add(request("long", prompt = Seq.fill(70)(5), most = 1))
    bench.run()
    val mixed = bench.model.batches.drop(1).take(10)
    assert(mixed.forall(batch => batch.head.tokens.length == 1 && batch.last.tokens.length == 7))
    assert(first.result.join().tokens.length == 12)
  }

  test("rows start in the order in which they came and the oldest ends first") {
    val model = new FakeLanguageModel(cache = 130, context = 120)
    val bench = new Bench(model, new EngineSettings(4, 16, 1))
    val ended = mutable.ArrayBuffer.empty[Int]
    (0 until 12).foreach { i =>
      val sequence = bench.add(request(s"$i", prompt = Seq.fill(10)(i), most = 40))
      sequence.result.thenRun(() => ended += i)
    }
    bench.run()
    assert(ended == (0 until 12))
    assert(bench.core.statistics().preemptions > 0)
  }

  test("a cancelled row gives back its cache and harms nobody") {
    val alone = essence(answer(mixture(3), new FakeLanguageModel))
    val bench = new Bench(new FakeLanguageModel, new EngineSettings(2, 512, 16))
    val running = bench.add(mixture(2))
    val survivor = bench.add(mixture(3))
    val waiting = bench.add(mixture(4))
    bench.core.step()
    assert(bench.core.statistics().running == 2 && bench.core.statistics().waiting == 1)
    running.result.cancel(false)
    waiting.result.cancel(false)
    val steps = bench.model.batches.size
    bench.run()
    assert(essence(survivor.result.join()) == alone)
    assert(bench.model.batches.drop(steps).forall(_.size == 1))
    intercept[CancellationException](running.result.join())
  }

  test("a row whose grammar breaks fails alone") {
    class Broken(where: String) extends TurnGrammar(Seq.fill(9)(None)) {
      private var accepted = 0
      override def forced(): Array[Int] =
        if (where == "forced" && accepted > 2) throw new IllegalStateException(where)
        else Array.empty
      override def allowed(): AllowedTokens = where match {
        case "allowed" => throw new IllegalStateException(where)
        case "nothing" => new AllowedTokens.Only(Array.empty)
        case _         => super.allowed()
      }
      override def accept(token: Int): Unit = {
        accepted += 1
        if (where == "accept") throw new IllegalStateException(where)
      }
    }
    val alone = mixture.map(one => essence(answer(one, new FakeLanguageModel)))
    for (where <- Seq("forced", "allowed", "nothing", "accept")) {
      val bench = new Bench(new FakeLanguageModel)
      val good = mixture.map(bench.add)
      val bad = bench.add(request("bad", grammar = Some(new Broken(where))))
      bench.run()
      assert(good.map(one => essence(one.result.join())) == alone)
      val failure = intercept[CompletionException](bad.result.join())
      assert(failure.getCause.isInstanceOf[IllegalStateException], where)
    }
  }

  test("a prompt that finds no room in an empty cache fails, an answer that outgrows it ends") {
    val stubborn = new FakeLanguageModel { override def open(capacity: Int): Int = -1 }
    val bench = new Bench(stubborn)
    val sequence = bench.add(request("lost"))
    bench.run()
    val failure = intercept[CompletionException](sequence.result.join()).getCause
    assert(failure.asInstanceOf[AuditException].errorClass.name == "PROMPT_TOO_LONG")
    assert(failure.getMessage.contains("row lost") && failure.getMessage.contains("4000 positions"))

    val small =
      answer(request(prompt = Seq.fill(10)(1), most = 99), new FakeLanguageModel(cache = 25))
    assert(small.finishReason == FinishReason.CONTEXT && small.tokens.length == 15)
  }

  test("an answer ends for the reason that comes first") {
    val text = "abcENDdef"
    val says = FakeLanguageModel.says(3, text.map(_.toInt))
    val cases = Seq(
      ("limit", request(most = 4), "abcE", FinishReason.LENGTH, 4),
      ("end token", request(end = Set('N'.toInt, 'd'.toInt)), "abcE", FinishReason.STOP, 4),
      ("other end token", request(end = Set(999, 'c'.toInt)), "ab", FinishReason.STOP, 2),
      ("end token at once", request(end = Set('a'.toInt)), "", FinishReason.STOP, 0),
      ("stop string", request(stop = Seq("zz", "END")), "abc", FinishReason.STOP, 6),
      ("earliest stop string", request(stop = Seq("ND", "cEND")), "ab", FinishReason.STOP, 6),
      ("stop string at once", request(stop = Seq("a")), "", FinishReason.STOP, 1),
      (
        "end before stop",
        request(end = Set('N'.toInt), stop = Seq("END")),
        "abcE",
        FinishReason.STOP,
        4
      ),
      ("context", request(), "abcENDd", FinishReason.CONTEXT, 7)
    )
    for ((name, one, expected, reason, tokens) <- cases) {
      val context = if (name == "context") 10 else 1000
      val generation = answer(one, new FakeLanguageModel(context = context, script = says))
      assert(generation.text == expected, name)
      assert(generation.finishReason == reason, name)
      assert(generation.tokens.length == tokens, name)
      assert(generation.logProbabilities.length == tokens, name)
    }
  }

  test("a stop string is found across the tokens of one character") {
    val bytes = "naïve → stop".getBytes("UTF-8").map(_ & 0xff).toSeq
    val says = FakeLanguageModel.says(3, bytes)
    val found = answer(request(stop = Seq("ve →"), most = 50), new FakeLanguageModel(script = says))
    assert(found.text == "naï" && found.finishReason == FinishReason.STOP)
  }

  test("a stop string is found inside and across longer tokens") {
    val words = new FakeTokenizer(Seq("Human", ": ", "answer\n\nHu", "man:"))
    val stop = new StopStrings(java.util.List.of("\n\nHuman:"))
    val tokens = Seq(256, 257, 258, 259)
    assert(tokens.map(id => stop.append(words.bytes(id))) == Seq(false, false, false, true))
    assert(stop.cut(words.decode(tokens.toArray)) == "Human: answer")
    // A decoder that tidies: the match is nowhere in its text.
    assert(stop.cut("something else") == "Human: answer")
  }

  test("the same seed gives the same numbers whatever shares the batch") {
    def uniforms(requests: Seq[GenerationRequest], cache: Int): Map[Int, Seq[Double]] = {
      val model = new FakeLanguageModel(cache = cache)
      val seen = mutable.Map.empty[Int, mutable.SortedMap[Int, Double]]
      val rows = mutable.Map.empty[Int, Int]
      model.beforeStep = (steps: Seq[SequenceStep]) =>
        steps.foreach { step =>
          if (!rows.contains(step.sequence)) rows(step.sequence) = step.tokens.head
          val row = rows(step.sequence)
          step.choices.forEach { (after, choice) =>
            val numbers = seen.getOrElseUpdate(row, mutable.SortedMap.empty)
            val position = model.length(step.sequence) + after
            // also where a draft comes there more than once
            assert(numbers.getOrElseUpdate(position, choice.uniform) == choice.uniform)
          }
        }
      new Bench(model, new EngineSettings(8, 16, 1)).answers(requests)
      seen.view.mapValues(_.values.toSeq).toMap
    }
    val rows = (0 until 6).map(i =>
      request(s"$i", prompt = Seq(i, 9, 9), most = 25, sampling = seeded(i / 2))
    )
    val together = uniforms(rows, cache = 64)
    rows.zipWithIndex.foreach { case (row, i) =>
      assert(uniforms(Seq(row), cache = 4000)(i) == together(i))
    }
    assert(together(0) == together(1) && together(0) != together(2))
    assert(together(0).distinct.size == 25 && together(0).forall(u => u >= 0 && u < 1))
  }

  test("a forced run enters in one step with the token before it and costs no choice") {
    val turns = Seq(Some(7), Some(9), None, Some(1), Some(3), Some(5), None, Some(11), Some(13))
    val model = new FakeLanguageModel
    val generation = answer(request(grammar = Some(new TurnGrammar(turns))), model)
    assert(model.batches.map(_.head.tokens.length) == Seq(5, 4))
    assert(model.batches.forall(!_.head.choices.isEmpty))
    assert(generation.finishReason == FinishReason.COMPLETE)
    assert(generation.tokens.length == 9 && generation.timing.forcedTokens == 7)
    assert(generation.logProbabilities.map(_.isNaN).toSeq == turns.map(_.isDefined))
    assert(generation.timing.generatedTokens == 9 && generation.timing.promptTokens == 3)
  }

  test("an answer that is all forced needs no step") {
    val model = new FakeLanguageModel
    val whole = answer(request(grammar = Some(new TurnGrammar(Seq(Some(7), Some(9))))), model)
    assert(whole.tokens.toSeq == Seq(7, 9) && whole.finishReason == FinishReason.COMPLETE)
    val cut =
      answer(request(most = 1, grammar = Some(new TurnGrammar(Seq(Some(7), Some(9))))), model)
    assert(cut.tokens.toSeq == Seq(7) && cut.finishReason == FinishReason.LENGTH)
    assert(model.batches.isEmpty)
  }

  test("the rows' shares of time add up to the time of the steps") {
    val model = new FakeLanguageModel(cache = 200)
    model.beforeStep = _ => Thread.sleep(1)
    val bench = new Bench(model, new EngineSettings(6, 20, 2))
    val generations = bench.answers(mixture.take(8))
    val statistics = bench.core.statistics()
    val shares = generations.map(one => one.timing.prefillNanos + one.timing.decodeNanos).sum
    assert(statistics.preemptions > 0)
    assert(math.abs(shares - statistics.busyNanos) < 1000)
    assert(statistics.busyNanos >= statistics.steps * 1000000L)
    assert(statistics.promptTokens == mixture.take(8).map(_.prompt.length).sum)
    assert(statistics.forcedTokens == generations.map(_.timing.forcedTokens).sum)
    generations.foreach { one =>
      val timing = one.timing
      assert(timing.prefillNanos > 0 && timing.decodeNanos > 0 && timing.cachedTokens == 0)
      assert(timing.queuedNanos < timing.firstTokenNanos)
      assert(timing.firstTokenNanos < timing.totalNanos)
      assert(timing.meanBatchSize >= 1 && timing.meanBatchSize <= 6)
    }
  }
}
