package org.codeaudit.job.report.html

import java.util.OptionalInt

import scala.jdk.CollectionConverters._

import org.scalatest.funsuite.AnyFunSuite

class CodeLineSuite extends AnyFunSuite {
  private def lines(language: String, quote: String, first: Int = 7): Seq[CodeLine] =
    CodeLine.of(language, quote, OptionalInt.of(first)).asScala.toSeq

  private def coloured(language: String, quote: String): Set[(String, String)] =
    lines(language, quote)
      .flatMap(_.pieces.asScala)
      .filter(_.kind.nonEmpty)
      .map(piece => piece.kind -> piece.text)
      .toSet

  test("words, strings, numbers, types and comments have their colours in parts of files") {
    val cases = Seq(
      (
        "java",
        "return query(\"a if b\", 12); // if",
        Set(
          "keyword" -> "return",
          "string" -> "\"a if b\"",
          "literal" -> "12",
          "comment" -> "// if"
        )
      ),
      (
        "java",
        "List<User> users = null;",
        Set(
          "type" -> "List",
          "type" -> "User",
          "keyword" -> "null"
        )
      ),
      (
        "python",
        "if name is None: return 'x'  # y",
        Set(
          "keyword" -> "if",
          "keyword" -> "is",
          "keyword" -> "None",
          "keyword" -> "return",
          "string" -> "'x'",
          "comment" -> "# y"
        )
      ),
      (
        "go",
        "for i := 0; i < 10; i++ {",
        Set(
          "keyword" -> "for",
          "literal" -> "0",
          "literal" -> "10"
        )
      )
    )
    for ((language, quote, colours) <- cases)
      assert(coloured(language, quote) === colours, quote)
  }

  test("lines are numbered, and together they are the quote") {
    val quote = "if (a) {\r\n\tb();\n\n} // <end>"
    for (language <- Seq("java", "cobol", null)) {
      val found = lines(language, quote)
      assert(found.map(_.number) === Seq("7", "8", "9", "10"))
      assert(
        found.map(_.pieces.asScala.map(_.text).mkString) ===
          Seq("if (a) {", "\tb();", "", "} // <end>")
      )
    }
  }

  test("a quote that stands on no line has no numbers") {
    assert(CodeLine.of("java", "a\nb", OptionalInt.empty).asScala.map(_.number) === Seq("", ""))
  }

  test("marks that would turn code round are named in it") {
    val shown = lines("java", "/* \u202e } */ admin();").head.pieces.asScala.map(_.text).mkString
    assert(shown === "/* [U+202E] } */ admin();")
  }
}
