package org.codeaudit.generate
import org.codeaudit.generate.request.{FinishReason, Generation, GenerationRequest}
import org.codeaudit.generate.Requests._
import org.codeaudit.model.AllowedTokens
import org.scalatest.funsuite.AnyFunSuite

import scala.util.Random

/** What prompts begin with in common is computed once, and nobody's answer knows. */
class PrefixSharingSuite extends AnyFunSuite {
  private val tokenizer = new FakeTokenizer

  private class Bench(val model: FakeLanguageModel, settings: EngineSettings) {
    val core = new EngineCore(model, settings, AllowedTokens.ALL)

    def answers(requests: Seq[GenerationRequest]): Seq[Generation] = {
      val sequences = requests.map { request =>
        val sequence = new Sequence(request, tokenizer, core.limit())
        core.add(sequence)
        sequence
      }
      var steps = 0
      while (!core.idle()) {
        core.step()
        core.checkCache()
        steps += 1
        assert(steps < 100000, "no end in sight")
      }
      sequences.map(_.result.join())
    }

    /** Tokens that the model was given. */
    def computed: Int = model.batches.flatten.map(_.tokens.length).sum
  }

  private def settings(shares: Boolean, running: Int = 8, step: Int = 64) =
    new EngineSettings(running, step, 16, shares)

  private val random = new Random(5)
  private def tokens(count: Int): Seq[Int] = Seq.fill(count)(random.nextInt(250))

  /** Instructions for all, a header for each file, and something of each row's own. */
  private val rows: Seq[GenerationRequest] = {
    val instructions = tokens(100)
    for (file <- 0 until 4; header = tokens(40); row <- 0 until 5) yield {
      val sampling = if (row % 2 == 0) seeded(row) else seeded(row, penalty = 1.1)
      request(s"$file/$row", instructions ++ header ++ tokens(5 + 3 * row), 12, sampling)
    }
  }
  private val promptTokens = rows.map(_.prompt.length).sum

  private def essence(generations: Seq[Generation]) =
    generations.map(g => (g.tokens.toSeq, g.logProbabilities.toSeq.map(_.toString), g.text))

  test("answers are the same with and without sharing, in any shortage of cache") {
    val plain = new Bench(new FakeLanguageModel(), settings(shares = false))
    val expected = essence(plain.answers(rows))
    val cases = for {
      cache <- Seq(4000, 900, 400, 210)
      (running, step) <- Seq((8, 64), (3, 7), (16, 512))
    } yield (cache, running, step)
    for ((cache, running, step) <- cases) {
      val bench = new Bench(new FakeLanguageModel(cache = cache), settings(true, running, step))
      assert(essence(bench.answers(rows)) == expected, s"cache $cache, $running running")
    }
  }

  test("instructions are computed once, a file's header once for all of its rows") {
    val shared = new Bench(new FakeLanguageModel(), settings(shares = true))
    val answers = shared.answers(rows)
    val plain = new Bench(new FakeLanguageModel(), settings(shares = false))
    plain.answers(rows)
    val own = rows.map(_.prompt.length - 140).sum
    // no more than once everything that is shared, and one row that came before its header did
    val saved = plain.computed - shared.computed
    assert(saved >= promptTokens - own - 100 - 4 * 40 - 40)
    // a row says what it found computed, and the rows' own work adds up to what was computed
    val timings = answers.map(_.timing)
    assert(timings.map(_.cachedTokens).sum == saved)
    assert(timings.count(_.cachedTokens >= 140) >= 15)
    assert(shared.core.statistics.promptTokens == promptTokens - saved)
  }

  test("rows that come later find what earlier ones had computed") {
    val bench = new Bench(new FakeLanguageModel(), settings(shares = true))
    bench.answers(rows.take(5))
    val before = bench.computed
    val late = bench.answers(rows.slice(1, 2)).head
    assert(late.timing.cachedTokens == 140)
    assert(bench.computed - before == rows(1).prompt.length - 140 + 11)
  }

  test("nothing is shared where it would not pay, and one prompt's last token is its own") {
    val short = Seq.tabulate(6)(i => request(s"row $i", (0 until 20) ++ Seq(200 + i), 5))
    val bench = new Bench(new FakeLanguageModel(), settings(shares = true))
    assert(bench.answers(short).forall(_.timing.cachedTokens == 0))
    val same = Seq.tabulate(4)(i => request(s"row $i", 0 until 90, 5))
    val answers = new Bench(new FakeLanguageModel(), settings(shares = true)).answers(same)
    assert(answers.map(_.timing.cachedTokens) == Seq(0, 89, 89, 89))
    assert(answers.map(_.tokens.toSeq).distinct.size == 1)
  }

  test("prefixes take a part of the cache at most, and the unused ones make room") {
    val model = new FakeLanguageModel(cache = 1000)
    val bench = new Bench(model, settings(shares = true))
    for (round <- 0 until 20) {
      val header = tokens(90)
      bench.answers(Seq.tabulate(3)(i => request(s"$round/$i", header ++ tokens(10), 5)))
      assert(model.freeTokens() >= 750, s"round $round")
    }
    // a row that needs all there is gets it
    val large = bench.answers(Seq(request("large", tokens(980), 20))).head
    assert(large.tokens.length == 20 && large.finishReason == FinishReason.LENGTH)
    assert(model.freeTokens() == 1000)
  }

  test("a row cancelled while its prefix is computed harms nobody") {
    val model = new FakeLanguageModel()
    val core = new EngineCore(model, settings(shares = true, step = 16), AllowedTokens.ALL)
    val sequences = rows.take(5).map { request =>
      val sequence = new Sequence(request, tokenizer, core.limit())
      core.add(sequence)
      sequence
    }
    core.step()
    sequences.head.result.cancel(true)
    while (!core.idle()) core.step()
    val plain = new Bench(new FakeLanguageModel(), settings(shares = false))
    assert(essence(sequences.tail.map(_.result.join())) == essence(plain.answers(rows.slice(1, 5))))
  }
}
