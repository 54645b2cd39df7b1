package org.codeaudit.job.report.request

import org.scalatest.funsuite.AnyFunSuite

class MarkdownTextSuite extends AnyFunSuite {
  private def prose(text: String): String = MarkdownText.prose(text, 1000)

  /** What a reader sees: escapes and entities undone. */
  private def seen(markdown: String): String = markdown
    .replaceAll("""\\(\p{Punct})""", "$1")
    .replace("&#8203;", "")
    .replace("&lt;", "<")
    .replace("&gt;", ">")
    .replace("&amp;", "&")

  private val hostile = Seq(
    "Thanks @octocat and @org/team.",
    "fixes #1, closes org/repo#2, !3, ~bug, %sprint, $snippet, ^alert, &epic and GH-123",
    "see https://evil.example/x?y=1#z or www.evil.example or ftp://evil.example",
    "mail somebody@evil.example or mailto:somebody@evil.example",
    "[click](https://evil.example) ![x](//evil.example/x.png) [a]: http://evil.example",
    "<img src=x onerror=alert(1)> <!-- code-audit:summary --> </details><script>",
    "**bold** _it_ ~~no~~ # head | cell | cell > quote - item 1. item + item",
    "{+ added +} {- gone -} [- gone -] [[_TOC_]] :smile: :+1: `/close`",
    "reverts 4f0c6f0a1b2c3d4e5f60718293a4b5c6d7e8f901 and deadbeef",
    "$x^2$ $`y`$ \\(z\\)",
    "&#64;octocat &commat;octocat &lt;b&gt;"
  )

  test("what a reader sees of hostile prose is its letters, and nothing of it is markup") {
    for (text <- hostile.filterNot(_.contains('`'))) {
      val written = prose(text)
      assert(seen(written) === text)
      assert(!written.contains("<") && !written.contains(">"), written)
      val entities = "&(?!amp;|lt;|gt;|#8203;)".r
      assert(entities.findFirstIn(written).isEmpty, written)
      val bare = written.replaceAll("&(amp|lt|gt|#8203);", "").replaceAll("""\\\p{Punct}""", "")
      assert(bare.matches("[\\p{Alnum}\\s]*"), bare)
    }
  }

  test("nothing is left that hosts look for in what is shown") {
    // As they see it: after the Markdown was read, spaces without width included.
    val found = Seq(
      "[@#!~%$^&]\\w",
      "https?:/",
      "ftp:/",
      ":/",
      "www\\.\\w",
      "\\w@\\w",
      "\\b[A-Z]+-\\d",
      ":\\+?\\w+:",
      "\\{[+-]",
      "\\[[-\\[]",
      "\\b[0-9a-f]{7}"
    )
    for (text <- hostile; pattern <- found) {
      val shown = seen(prose(text).replace("&#8203;", "\u200b")).replaceAll("`+[^`]*`+", "")
      assert(pattern.r.findFirstIn(shown).isEmpty, s"$pattern in $shown")
    }
  }

  test("plain prose stays as it is, and code in it is code") {
    assert(prose("A name becomes part of it") === "A name becomes part of it")
    assert(prose("Ünïcode 行 stays") === "Ünïcode 行 stays")
    assert(prose("Call `close()` here") === "Call `close()` here")
    assert(prose("An odd ` stays one") === "An odd \\` stays one")
  }

  test("it is one line, whatever was in it") {
    assert(prose("/close\n/assign me\r\n\n# head") === prose("/close /assign me # head"))
    assert(prose("a\u202eb\u0007") === "a\\[&#8203;U\\+202E\\]b\\[&#8203;U\\+0007\\]")
  }

  test("too long a text is cut, and never inside of a character") {
    assert(MarkdownText.prose("abcdef", 4) === "abc…")
    assert(MarkdownText.prose("abcd", 4) === "abcd")
    assert(MarkdownText.prose("ab\ud83d\ude00ef", 4) === "ab…")
  }

  test("code ends where it should, whatever backquotes are in it") {
    val cases = Seq(
      "src/A.java:7" -> "`src/A.java:7`",
      "a`b" -> "``a`b``",
      "a``b`c" -> "```a``b`c```",
      "`" -> "`` ` ``",
      "`x" -> "`` `x ``",
      " x " -> "`  x  `",
      "" -> "`  `",
      "a\nb\t@octocat" -> "`a[U+000A]b[U+0009]@octocat`"
    )
    for ((text, code) <- cases) assert(MarkdownText.code(text) === code)
  }
}
