package org.codeaudit.job.chat

import java.nio.file.{Files, Path}

import scala.jdk.CollectionConverters._

import org.codeaudit.token.BpeTokenizer
import org.scalatest.funsuite.AnyFunSuite

/** What is shown of an answer while it grows. */
class AnswerTextSuite extends AnyFunSuite {
  private lazy val tokenizer = BpeTokenizer.parse(
    Files.readString(
      Path
        .of(System.getProperty("codeaudit.root"))
        .resolve("data/golden/qwen3-tiny/tokenizer.json")
    )
  )

  /** The pieces that tokens of a text give, and what is left at the end. */
  private def pieces(text: String, stop: String*): (Seq[String], String) = {
    val answer = new AnswerText(tokenizer, stop.asJava)
    val shown = tokenizer.encode(text).toSeq.map(answer.append)
    assert(answer.shown === shown.mkString)
    (shown, answer.finish())
  }

  test("characters that are spread over tokens are shown whole, and nothing is lost") {
    val text = "naïve 😀 日本語 — def f(x):\n\treturn x\n"
    val (shown, rest) = pieces(text)
    assert(shown.mkString === text && rest === "")
    assert(shown.contains("") && shown.contains("😀"))
    val broken = new AnswerText(tokenizer, java.util.List.of())
    val half = tokenizer.encode("😀").dropRight(1).map(broken.append)
    assert(half.mkString === "" && broken.finish() === "\uFFFD")
  }

  test("nothing of a stop string is shown, and all that only looked like one") {
    for (
      (text, stop, expected, left) <- Seq(
        ("one two three", Seq("two"), "one ", "two three"),
        ("one two three", Seq("e t"), "on", "e two three"),
        ("one two three", Seq("three", "two"), "one ", "two three"),
        ("one two thre", Seq("three"), "one two ", "thre"),
        ("aaab aaac", Seq("aaac"), "aaab ", "aaac"),
        ("a#b##c", Seq("##"), "a#b", "##c"),
        ("日本語", Seq("語"), "日本", "語"),
        ("one", Seq(""), "one", "")
      )
    ) {
      val (shown, rest) = pieces(text, stop: _*)
      assert(shown.mkString === expected, (text, stop))
      assert(rest === left, (text, stop))
    }
  }
}
