package org.codeaudit.generate.grammar

import scala.jdk.CollectionConverters._
import scala.util.{Random, Try}
import com.fasterxml.jackson.databind.{DeserializationFeature, ObjectMapper}
import org.scalatest.funsuite.AnyFunSuite

import org.codeaudit.generate.FakeTokenizer

class ExplanationGrammarSuite extends AnyFunSuite {
  private val json = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
  private val tokenizer =
    new FakeTokenizer(Seq("{\"", "message", "\":\"", "\",\"", "\"}", "sugg", "\\n", "é"))
  private val limits = new FindingsLimits(3, 200, 30, 20)

  private def create() = ExplanationGrammar.create(tokenizer, limits)

  test("whatever is chosen, the answer is JSON of a message and a suggestion within their limits") {
    val random = new Random(11)
    val sizes = (0 until 200).map { _ =>
      val text = tokenizer.decode(Walks.walk(create())(Walks.anyOf(random)).toArray)
      val answer = json.readTree(text)
      assert(answer.fieldNames.asScala.toSeq == Seq("message", "suggestion"))
      val Seq(message, suggestion) =
        Seq("message", "suggestion").map(answer.get(_).asText.getBytes("UTF-8").length)
      assert(message >= 1 && message <= 30 && suggestion <= 20)
      suggestion
    }
    assert(sizes.contains(0), "a suggestion may be empty")
  }

  test("texts that break the form are refused") {
    val good = """{"message":"It \"leaks\".","suggestion":""}"""
    val whole = create()
    tokenizer.encode(good).foreach(whole.accept)
    assert(whole.complete())
    for (
      text <- Seq(
        good.replace("It \\\"leaks\\\".", ""),
        good.replace("It", "I" * 31),
        good.replace("\"suggestion\":\"", "\"suggestion\":\"" + "s" * 21),
        good.replace(",\"", ", \""),
        good + " ",
        "x" + good
      )
    ) {
      val grammar = create()
      assert(Try(tokenizer.encode(text).foreach(grammar.accept)).isFailure, text)
    }
  }
}
