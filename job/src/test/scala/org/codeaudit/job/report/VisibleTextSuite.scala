package org.codeaudit.job.report

import org.scalatest.funsuite.AnyFunSuite

class VisibleTextSuite extends AnyFunSuite {
  test("what has no shape of its own is named, all else stays") {
    val cases = Seq(
      "plain \t text\n\n" -> "plain \t text\n\n",
      "<b>&amp;\"'" -> "<b>&amp;\"'",
      "línea 行 שלום" -> "línea 行 שלום",
      "lines\r\nof\rWindows" -> "lines\nof\nWindows",
      "nul\u0000 bell\u0007 escape\u001b[31m" -> "nul[U+0000] bell[U+0007] escape[U+001B][31m",
      "access\u202e level\u2066 user\u2069" -> "access[U+202E] level[U+2066] user[U+2069]",
      "zero\u200bwidth\ufeff" -> "zero[U+200B]width[U+FEFF]",
      "line\u2028paragraph\u2029next\u0085" -> "line[U+2028]paragraph[U+2029]next[U+0085]",
      "half \ud83d of a pair" -> "half [U+D83D] of a pair",
      "tag \udb40\udc41" -> "tag [U+E0041]",
      "family \ud83d\udc68\u200d\ud83d\udc67" -> "family \ud83d\udc68\u200d\ud83d\udc67"
    )
    for ((text, shown) <- cases) assert(VisibleText.of(text) === shown)
    assert(VisibleText.of(null) === "")
  }

  test("of one line, line ends and tabs are named too") {
    assert(VisibleText.line("a\nb\tc") === "a[U+000A]b[U+0009]c")
  }

  test("what a model puts in backquotes is code") {
    val cases = Seq(
      "call `f(x)` first" -> Seq("" -> "call ", "code" -> "f(x)", "" -> " first"),
      "`a``b`" -> Seq("code" -> "a", "code" -> "b"),
      "one ` alone" -> Seq("" -> "one ` alone"),
      "none between ``" -> Seq("" -> "none between ``"),
      "`over\nlines`" -> Seq("" -> "`over\nlines`"),
      "  " -> Nil
    )
    for ((text, pieces) <- cases) {
      val found = Piece.prose(text)
      assert(found.toArray(Array.empty[Piece]).toSeq.map(p => p.kind -> p.text) === pieces)
    }
  }
}
