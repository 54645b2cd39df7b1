package org.codeaudit.check

import java.util.Optional

import scala.jdk.CollectionConverters._

import org.scalatest.funsuite.AnyFunSuite

class SignsSuite extends AnyFunSuite {
  private def signs(expressions: (String, String)*): Signs =
    Checks.withSigns(expressions: _*).signs

  private def lines(signs: Signs, language: String, text: String): Seq[Int] =
    signs.lines(Optional.ofNullable(language), text).asScala.toSeq.map(_.intValue)

  test("a sign is on the line where its expression begins, or its group at") {
    val text = "open(a)\nread(a)\nopen(b)\nclose(b)\n"
    val cases = Seq(
      ("read", Seq(2)),
      ("open", Seq(1, 3)),
      ("^open.*$", Seq(1, 3)),
      ("open\\((\\w)\\)(?![\\s\\S]*close\\(\\1)", Seq(1)),
      ("open[^\\n]*\\n(?<at>read)", Seq(2)),
      ("(?<at>zzz)?open", Seq(1, 3)),
      ("nothing", Seq()),
      ("", (1 to 5).toSeq)
    )
    for ((expression, expected) <- cases)
      assert(lines(signs("any" -> expression), "java", text) == expected, expression)
  }

  test("the signs of a language count beside those of all") {
    val some = signs("any" -> "a", "java" -> "b")
    val text = "a\nb"
    assert(lines(some, "Java", text) == Seq(1, 2))
    for (language <- Seq("go", null)) assert(lines(some, language, text) == Seq(1))
    val own = signs("java" -> "b")
    assert(own.isKnownFor(Optional.of("JAVA")))
    assert(!own.isKnownFor(Optional.of("go")) && !own.isKnownFor(Optional.empty()))
    assert(!Signs.NONE.isKnownFor(Optional.of("java")))
  }

  test("an expression that is too deep for a text finds nothing more in it, and the others do") {
    val deep = signs("any" -> "(a|b|\\n)*c", "java" -> "x")
    assert(lines(deep, "java", "ab" * 200000 + "\nx") == Seq(2))
  }
}
