package org.codeaudit.generate

import scala.util.Random

import org.codeaudit.generate.Requests._
import org.codeaudit.generate.request.Generation
import org.codeaudit.model.{AllowedTokens, LanguageModel, Precision}
import org.codeaudit.model.torch.Golden
import org.scalatest.funsuite.AnyFunSuite

/** What was computed for an answer is there for the prompt that goes on from it. */
class KeptAnswersSuite extends AnyFunSuite {
  private val tokenizer = new FakeTokenizer(Seq.fill(1500)("x"))
  private val keeping = new EngineSettings(1, 64, 16).keepingAnswers()

  private class Talk(val model: LanguageModel, settings: EngineSettings) {
    val core = new EngineCore(model, settings, AllowedTokens.ALL)

    def begin(prompt: Seq[Int], most: Int = 20): Sequence = {
      val sequence = new Sequence(request("row", prompt, most), tokenizer, core.limit())
      core.add(sequence)
      sequence
    }

    def say(prompt: Seq[Int], most: Int = 20): Generation = {
      val sequence = begin(prompt, most)
      var steps = 0
      while (!core.idle()) {
        core.step()
        core.checkCache()
        steps += 1
        assert(steps < 10000, "no end in sight")
      }
      sequence.result.join()
    }

    /** Each prompt is the one before with its answer and a message. */
    def converse(messages: Seq[Seq[Int]]): Seq[Generation] = {
      var said = Seq.empty[Int]
      messages.map { message =>
        val answer = say(said ++ message)
        said = said ++ message ++ answer.tokens
        answer
      }
    }
  }

  private val random = new Random(3)
  private def tokens(count: Int): Seq[Int] = Seq.fill(count)(random.nextInt(250))
  private val messages = Seq.fill(12)(tokens(30))

  private def essence(answers: Seq[Generation]) =
    answers.map(answer => (answer.tokens.toSeq, answer.text, answer.finishReason))

  test("a conversation computes its new part only, and says the same") {
    val plain = new Talk(new FakeLanguageModel, new EngineSettings(1, 64, 16)).converse(messages)
    assert(plain.forall(_.timing.cachedTokens == 0))
    val kept = new Talk(new FakeLanguageModel, keeping).converse(messages)
    assert(essence(kept) == essence(plain))
    // all but the last token of the answer, which no step has been given, and the message
    for ((answer, turn) <- kept.zipWithIndex)
      assert(answer.timing.cachedTokens == (if (turn == 0) 0 else 50 * turn - 1), turn)
  }

  test("the hundredth turn computes its new part only, as the second does") {
    val model = new FakeLanguageModel(context = 8000, cache = 40000)
    val kept = new Talk(model, keeping).converse(Seq.fill(100)(tokens(40)))
    for ((answer, turn) <- kept.zipWithIndex.tail)
      assert(answer.timing.cachedTokens == 60 * turn - 1, turn)
  }

  test("what is kept makes room for whatever needs it, and the cache adds up") {
    for (cache <- Seq(640, 700, 1000)) {
      val plain = new Talk(new FakeLanguageModel(cache = cache), new EngineSettings(1, 64, 16))
      val model = new FakeLanguageModel(cache = cache)
      val kept = new Talk(model, keeping)
      assert(essence(kept.converse(messages)) == essence(plain.converse(messages)), cache)
      val large = kept.say(tokens(cache - 30))
      assert(large.tokens.length == 20, cache)
    }
  }

  test("another beginning takes what it has in common, and the old one may be taken up again") {
    val talk = new Talk(new FakeLanguageModel, keeping)
    val first = tokens(100)
    val answer = talk.say(first)
    assert(talk.say(first.take(60) ++ tokens(40)).timing.cachedTokens == 60)
    assert(talk.say(first ++ answer.tokens ++ tokens(9)).timing.cachedTokens == 119)
  }

  test("an answer that was stopped is kept, one that failed is not") {
    val talk = new Talk(new FakeLanguageModel, keeping)
    val prompt = tokens(60)
    val stopped = talk.begin(prompt, 500)
    while (stopped.generated < 10) talk.core.step()
    stopped.result.cancel(true)
    assert(talk.say(prompt ++ tokens(5)).timing.cachedTokens == 60)
    val other = tokens(60)
    val failed = talk.begin(other, 500)
    while (failed.generated < 10) talk.core.step()
    failed.fail(new IllegalStateException("told to"))
    assert(talk.say(other ++ tokens(5)).timing.cachedTokens == 0)
  }

  for (name <- Golden.families)
    test(s"$name says the same in a conversation that is kept") {
      def said(settings: EngineSettings) =
        Golden.withModel(name, Precision.F32, cacheTokens = 4000) { model =>
          val texts = Golden.prompts(name).map(_.ids.toSeq).filter(_.length >= 8).take(4)
          val answers = new Talk(model, settings).converse(texts.map(_.take(40)))
          val cached = answers.last.timing.cachedTokens
          assert(cached > 0 == (settings.keepsAnswers && model.keepsPositions), name)
          answers.map(_.tokens.toSeq)
        }
      assert(said(keeping) == said(new EngineSettings(1, 64, 16)))
    }
}
