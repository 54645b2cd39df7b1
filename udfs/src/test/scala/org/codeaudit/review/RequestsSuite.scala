package org.codeaudit.review

import scala.jdk.CollectionConverters._
import scala.jdk.OptionConverters._

import org.scalatest.funsuite.AnyFunSuite
import org.codeaudit.generate.{FakeTokenizer, LoadedModel}
import org.codeaudit.model.AllowedTokens
import org.codeaudit.review.Conversations.loaded
import org.codeaudit.token.ChatMessage

class RequestsSuite extends AnyFunSuite {

  test("a score is log P(yes) - log P(no), whichever of them was chosen") {
    for (expected <- Seq(0.0, 0.1, 1.0, 2.5, 8.0); sign <- Seq(1, -1)) {
      val logProbability = -math.log1p(math.exp(-expected))
      val score = Requests.score(sign > 0, logProbability)
      assert(math.abs(score - sign * expected) < 1e-9)
    }
  }

  test("a score is finite, however sure the model is, and says which way") {
    val extremes = Seq(0.0, -0.0, -Float.MinPositiveValue.toDouble, -1e-12, -1e-7)
    for (logProbability <- extremes) {
      val (yes, no) = (Requests.score(true, logProbability), Requests.score(false, logProbability))
      assert(!yes.isInfinite && !yes.isNaN && yes > 15 && no == -yes, logProbability)
    }
    // rounding may leave the chosen one a hair below the other
    assert(math.abs(Requests.score(true, math.log(0.5) - 1e-6)) < 1e-5)
  }

  test("a yes/no question asks for one token, which is the first of either word") {
    val messages = List(new ChatMessage("user", "Is it?")).asJava
    val request = new Requests(loaded()).yesOrNo("row", messages)
    assert(request.key == "row" && request.maxNewTokens == 1 && request.sampling.greedy)
    request.grammar.toScala.get.allowed match {
      case only: AllowedTokens.Only => assert(only.ids.toSeq == Seq('Y'.toInt, 'N'.toInt))
      case other                    => fail(s"$other")
    }
  }

  test("a tokenizer that has the words whole is asked for the words") {
    val tokenizer = new FakeTokenizer(Seq("Yes", "No"))
    val model = loaded()
    val whole = new LoadedModel(model.model, tokenizer, (_, _) => Array(1), model.defaults)
    val request = new Requests(whole).yesOrNo("row", List(new ChatMessage("user", "?")).asJava)
    request.grammar.toScala.get.allowed match {
      case only: AllowedTokens.Only => assert(only.ids.toSeq == Seq(256, 257))
      case other                    => fail(s"$other")
    }
  }
}
