package org.codeaudit.generate

import java.util.concurrent.{CountDownLatch, ExecutionException, TimeUnit}

import scala.collection.mutable

import org.codeaudit.generate.Requests._
import org.codeaudit.generate.request.{GenerationRequest, TokenListener}
import org.codeaudit.model.AllowedTokens
import org.scalatest.funsuite.AnyFunSuite

/** Answers are heard while they grow. */
class ListenerSuite extends AnyFunSuite {
  private val tokenizer = new FakeTokenizer

  private case class Heard(told: Seq[Seq[Int]], answers: Seq[Seq[Int]], core: EngineCore)

  private def run(
      requests: Seq[GenerationRequest],
      model: FakeLanguageModel,
      settings: EngineSettings
  ): Heard = {
    val core = new EngineCore(model, settings, AllowedTokens.ALL)
    val rows = requests.map { request =>
      val told = mutable.ArrayBuffer.empty[Int]
      val listener: TokenListener = token => told += token
      val sequence = new Sequence(request, tokenizer, core.limit(), () => true, listener)
      core.add(sequence)
      (sequence, told)
    }
    while (!core.idle()) core.step()
    Heard(rows.map(_._2.toSeq), rows.map(_._1.result.join().tokens.toSeq), core)
  }

  private def mixture: Seq[GenerationRequest] = (0 until 12).map { i =>
    val turns = Seq.tabulate(30)(n => Option.when(n % 5 < 3)((n * 7 + i) % 250))
    val grammar = Option.when(i % 3 == 1)(new TurnGrammar(turns))
    val sampling = if (i % 2 == 0) seeded(i) else seeded(i, penalty = 1.2)
    val prompt = (0 to i * 7).map(n => (n * 31 + i) % 256)
    request(s"row $i", prompt, 30 + i * 3, sampling, end = Set(17, 40 + i), grammar = grammar)
  }

  test("every token is told once and in its place, also if its row is preempted and comes back") {
    for ((cache, preempts) <- Seq((4000, false), (172, true))) {
      val heard = run(mixture, new FakeLanguageModel(cache = cache), new EngineSettings(16, 33, 5))
      assert(heard.told == heard.answers)
      assert(heard.core.statistics().preemptions > 0 == preempts)
    }
  }

  test("of a draft what was accepted is told, and nothing that was only guessed") {
    val period = Seq(5, 6, 7, 8, 9, 10, 11)
    def script(tokens: Seq[Int]): Int =
      if (tokens.size % 23 == 0) 99 else period(tokens.size % period.size)
    val repeating = new FakeLanguageModel(script = script)
    val heard =
      run(Seq(request("one", period, 120)), repeating, new EngineSettings(1, 64, 16, true, 8))
    assert(heard.told == heard.answers)
    val steps = repeating.batches.flatten
    assert(steps.size < 100, "several tokens came at once")
    assert(
      steps.map(_.tokens.length).sum > heard.answers.head.size + period.size,
      "some were wrong"
    )
  }

  test("a listener that throws fails its own request and no other") {
    val model = new FakeLanguageModel
    val full = new CountDownLatch(1)
    model.beforeStep = _ => full.await()
    val engine = new Engine(model, tokenizer, EngineSettings.DEFAULT.keepingAnswers())
    try {
      val others = (0 until 3).map(i => engine.submit(request(s"$i", Seq.tabulate(40)(_ + i))))
      var left = 3
      val deaf: TokenListener = _ => {
        left -= 1
        if (left == 0) throw new IllegalStateException("no more, please")
      }
      val bad = engine.submit(request("bad", Seq.tabulate(40)(_ + 1)), deaf)
      full.countDown()
      val failure = intercept[ExecutionException](bad.get(60, TimeUnit.SECONDS)).getCause
      assert(failure.getMessage == "no more, please")
      assert(others.forall(_.get(60, TimeUnit.SECONDS).tokens.length == 20))
      val later = engine.submit(request("later", Seq.tabulate(40)(_ + 1)))
      assert(later.get(60, TimeUnit.SECONDS).tokens.toSeq == others(1).get().tokens.toSeq)
    } finally engine.close()
  }
}
