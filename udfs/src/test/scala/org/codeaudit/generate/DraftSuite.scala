package org.codeaudit.generate
import org.codeaudit.generate.answer.{Drafter, PromptLookup}
import org.codeaudit.generate.request.{FinishReason, Generation, GenerationRequest, OutputGrammar}
import org.codeaudit.generate.Requests._
import org.codeaudit.model.{AllowedTokens, SamplingSettings}
import org.scalatest.funsuite.AnyFunSuite

import java.util.function.Supplier

/** What is guessed and verified comes sooner, and is what would have come anyway. */
class DraftSuite extends AnyFunSuite {
  private val tokenizer = new FakeTokenizer

  private class Bench(
      val model: FakeLanguageModel,
      settings: EngineSettings,
      drafter: () => Drafter = () => new PromptLookup
  ) {
    private val supplier: Supplier[Drafter] = () => drafter()
    val core = new EngineCore(model, settings, AllowedTokens.ALL, supplier)

    def add(request: GenerationRequest): Sequence = {
      val sequence = new Sequence(request, tokenizer, core.limit())
      core.add(sequence)
      sequence
    }

    def run(): Unit = {
      var steps = 0
      while (!core.idle()) {
        core.step()
        core.checkCache()
        steps += 1
        assert(steps < 100000, "no end in sight")
      }
    }

    def answers(requests: Seq[GenerationRequest]): Seq[Generation] = {
      val sequences = requests.map(add)
      run()
      sequences.map(_.result.join())
    }

    def computed: Int = model.batches.flatten.map(_.tokens.length).sum
  }

  private def settings(draft: Int = 8, running: Int = 8, step: Int = 256, growth: Int = 16) =
    new EngineSettings(running, step, growth, true, draft)

  private def essence(generation: Generation) = (
    generation.tokens.toSeq,
    generation.logProbabilities.toSeq.map(java.lang.Float.floatToIntBits),
    generation.text,
    generation.finishReason,
    generation.timing.forcedTokens
  )

  /** Greedy, seeded and penalised rows; forms; ends of all kinds; prompts that begin alike. */
  private def mixture: Seq[GenerationRequest] = (0 until 16).map { i =>
    val prompt =
      (if (i % 2 == 0) (0 until 40) else Nil) ++ (0 to i * 5).map(n => (n * 31 + i) % 250)
    val sampling = i % 3 match {
      case 0 => SamplingSettings.GREEDY
      case 1 => seeded(i)
      case 2 => seeded(i, penalty = 1.2)
    }
    val turns = Seq.tabulate(40)(n => Option.when(n % 5 < 3)((n * 7 + i) % 250))
    val grammar = Option.when(i % 4 == 1)(new TurnGrammar(turns))
    val stop = if (i % 5 == 2) Seq("ab", "q") else Nil
    request(s"row $i", prompt, 30 + i * 3, sampling, Set(17, 40 + i), stop, grammar)
  }

  private lazy val plain =
    new Bench(new FakeLanguageModel, settings(draft = 0)).answers(mixture)

  private lazy val texts = mixture.zip(plain).map { case (row, answer) =>
    row.prompt.toSeq ++ answer.tokens
  }

  test("answers are the same however they are guessed, in any batch and shortage of cache") {
    val expected = plain.map(essence)
    val ways = Seq[(String, () => Drafter)](
      ("by lookup", () => new PromptLookup),
      ("rightly", () => Drafters.replay(texts)),
      ("wrongly", () => Drafters.babble),
      ("wrong at times", () => Drafters.replay(texts, at => at % 7 == 3)),
      ("half wrong", () => Drafters.replay(texts, at => at * at % 11 < 6))
    )
    val cases = Seq(
      (4000, settings()),
      (4000, settings(draft = 1, running = 1)),
      (4000, settings(draft = 40, running = 3, step = 7)),
      (400, settings(growth = 1)),
      (210, settings(draft = 3, running = 16, step = 33, growth = 5))
    )
    for ((name, drafter) <- ways; (cache, settings) <- cases) {
      val bench = new Bench(new FakeLanguageModel(cache = cache), settings, drafter)
      val answers = bench.answers(mixture)
      val clue = s"guessed $name, cache of $cache, $settings"
      assert(answers.map(essence) == expected, clue)
      assert(bench.model.batches.forall(_.map(_.tokens.length).sum <= settings.tokensPerStep), clue)
      val accepted = answers.map(_.timing.draftTokensAccepted).sum
      if (name == "rightly" || name == "wrong at times") assert(accepted > 20, clue)
      val free = answers.map(a => a.timing.generatedTokens - a.timing.forcedTokens).sum
      assert(accepted <= free, clue)
    }
  }

  test("guesses that come true save steps, and are counted") {
    val without = new Bench(new FakeLanguageModel, settings(draft = 0, running = 1))
    without.answers(mixture)
    val bench =
      new Bench(new FakeLanguageModel, settings(running = 1), () => Drafters.replay(texts))
    val answers = bench.answers(mixture)
    val statistics = bench.core.statistics
    assert(statistics.chosenTokens == without.core.statistics.chosenTokens)
    assert(statistics.forcedTokens == without.core.statistics.forcedTokens)
    assert(statistics.promptTokens == without.core.statistics.promptTokens)
    assert(statistics.recomputedTokens == 0)
    // each accepted token took no step, but for the last of an answer that it completes
    val accepted = answers.map(_.timing.draftTokensAccepted).sum
    assert(without.model.batches.size - bench.model.batches.size == accepted)
    assert(bench.model.batches.size < without.model.batches.size / 3)
  }

  test("an answer that quotes its prompt takes a fraction of the steps") {
    val code = Seq.tabulate(120)(i => (i * 67 + i * i) % 199 + 50)
    val prompt = code ++ Seq(1, 2, 3)
    val quoting = FakeLanguageModel.says(prompt.length, Seq(7) ++ code ++ Seq(8, 9))
    val bench = new Bench(new FakeLanguageModel(script = quoting), settings())
    val answer = bench.answers(Seq(request(prompt = prompt, most = 123))).head
    assert(answer.tokens.toSeq == Seq(7) ++ code ++ Seq(8, 9))
    assert(answer.timing.draftTokensAccepted > 95)
    assert(bench.model.batches.size < 28)
  }

  test("a text that does not repeat costs nothing, one that misleads costs little") {
    val fresh = Seq.tabulate(250)(i => (i * 77) % 251)
    def computed(draft: Int, prompt: Seq[Int], answer: Seq[Int]): Int = {
      val model = new FakeLanguageModel(script = FakeLanguageModel.says(prompt.length, answer))
      val bench = new Bench(model, settings(draft))
      bench.answers(Seq(request(prompt = prompt, most = answer.length)))
      bench.computed
    }
    assert(computed(8, Seq(252, 253), fresh) == computed(0, Seq(252, 253), fresh))
    // pairs that were followed by something else
    val pairs = fresh.grouped(2).toSeq
    val misleading = pairs.flatMap(pair => pair :+ 251)
    val answer = pairs.flatMap(pair => pair :+ 252)
    val wasted = computed(8, misleading, answer) - computed(0, misleading, answer)
    assert(wasted > 0 && wasted < 30)
  }

  test("a model that cannot go back is given no drafts") {
    val stuck = new FakeLanguageModel { override def keepsPositions: Boolean = false }
    val bench = new Bench(stuck, settings(), () => Drafters.replay(texts))
    assert(bench.answers(mixture).map(essence) == plain.map(essence))
    assert(stuck.batches.flatten.forall(_.choices.size <= 1))
  }

  test("a grammar that fails where the answer does not go harms nobody") {
    var failed = Set.empty[String]
    class Touchy(fails: String, accepted: Seq[Int] = Nil) extends OutputGrammar {
      private var text = accepted
      private def broken: Boolean = {
        val here = text.lastOption.contains(77)
        if (here) failed += fails
        here
      }
      override def copy(): OutputGrammar = new Touchy(fails, text)
      override def forced(): Array[Int] =
        if (broken && fails == "forced") throw new IllegalStateException else Array.empty
      override def allowed(): AllowedTokens =
        if (broken && fails == "nothing") new AllowedTokens.Only(Array.empty)
        else if (broken) throw new IllegalStateException
        else new AllowedTokens.Only((0 until 250).toArray)
      override def accept(token: Int): Unit = text :+= token
      override def complete(): Boolean = text.length == 40
    }
    val says = FakeLanguageModel.says(3, Seq.tabulate(40)(i => 100 + i))
    for (fails <- Seq("forced", "allowed", "nothing")) {
      val model = new FakeLanguageModel(script = says)
      val bench = new Bench(model, settings(), () => new Drafters.Told(_ => 77))
      val answer = bench.answers(Seq(request(most = 99, grammar = Some(new Touchy(fails))))).head
      assert(answer.finishReason == FinishReason.COMPLETE, fails)
      assert(answer.tokens.toSeq == Seq.tabulate(40)(i => 100 + i), fails)
      assert(failed(fails))
    }
  }

  test("a row cancelled behind a draft gives back its cache") {
    val model = new FakeLanguageModel
    val floor = model.freeTokens
    val bench = new Bench(
      model,
      new EngineSettings(8, 256, 16, false, 8),
      () => Drafters.replay(texts, at => at % 5 == 0)
    )
    val sequences = mixture.map(bench.add)
    (1 to 4).foreach(_ => bench.core.step())
    sequences.zipWithIndex.foreach { case (one, i) => if (i % 2 == 0) one.result.cancel(true) }
    bench.run()
    assert(model.freeTokens == floor)
    sequences.zip(plain).zipWithIndex.foreach { case ((one, expected), i) =>
      if (!one.result.isCancelled) assert(essence(one.result.join()) == essence(expected), i)
    }
  }

  test("the rows' shares of time add up to the time of the steps") {
    val model = new FakeLanguageModel
    model.beforeStep = _ => Thread.sleep(1)
    val bench = new Bench(
      model,
      new EngineSettings(4, 64, 16, false, 8),
      () => Drafters.replay(texts, at => at % 5 == 0)
    )
    val timings = bench.answers(mixture).map(_.timing)
    val shares = timings.map(one => one.prefillNanos + one.decodeNanos).sum
    assert(math.abs(shares - bench.core.statistics.busyNanos) < 1000)
  }

  test("what a step costs is learned from the times of small steps") {
    def learned(perStep: Double, perToken: Double, sizes: Int => Int, steps: Int = 200): Int = {
      val cost = new StepCost(64)
      val random = new scala.util.Random(1)
      for (i <- 0 until steps) {
        val tokens = sizes(i)
        val noise = 0.9 + 0.2 * random.nextDouble()
        val nanos = if (tokens > 64) 1e12 else 1e6 * (perStep + perToken * tokens) * noise
        cost.stepped(tokens, nanos.toLong)
      }
      cost.tokens
    }
    val mixed = (i: Int) => 1 + i * 7 % 40
    assert(learned(32, 1, mixed) == 32)
    assert(learned(27, 3.3, mixed) == 8)
    assert(learned(0.1, 1, mixed) == 1)
    assert(learned(5000, 0.01, mixed) == 256)
    // large steps say nothing, and sizes that are all alike neither; nor do few
    assert(learned(32, 1, i => if (i % 3 == 0) 512 else mixed(i)) == 32)
    assert(learned(32, 1, _ => 16) == StepCost.UNKNOWN)
    assert(learned(32, 1, mixed, steps = 10) == StepCost.UNKNOWN)
    assert(learned(32, 1, _ => 1, steps = 0) == StepCost.UNKNOWN)
  }
}
