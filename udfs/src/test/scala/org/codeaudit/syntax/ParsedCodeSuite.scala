package org.codeaudit.syntax
import java.util.concurrent.{Callable, Executors, TimeUnit}

import scala.jdk.CollectionConverters._
import scala.util.Random

import org.scalatest.funsuite.AnyFunSuite

class ParsedCodeSuite extends AnyFunSuite {
  private val languages = Seq(
    "java",
    "kotlin",
    "python",
    "javascript",
    "typescript",
    "go",
    "c",
    "c++",
    "c#",
    "ruby",
    "php",
    "rust"
  )

  /** Asks everything of a text; an answer may be that there is none. */
  private def ask(language: String, text: String): Unit =
    for (code <- Seq.from(ParsedCode.parse(language, text).stream.iterator.asScala)) {
      val without = CodeWithoutComments.of(code)
      assert(without.count(_ == '\n') == text.count(_ == '\n'), language)
      for (function <- Functions.of(code).all.asScala) {
        assert(1 <= function.firstLine && function.firstLine <= function.signatureEnd, language)
        assert(function.signatureEnd <= function.lastLine, language)
        assert(function.lastLine <= code.lineCount, language)
      }
    }

  test("every language that has a grammar is read") {
    for (language <- languages) assert(ParsedCode.parse(language, "a = 1").isPresent, language)
    for (language <- Seq("JAVA", " tsx ", "jsx", "cpp", "csharp"))
      assert(ParsedCode.parse(language, "a = 1").isPresent, language)
    for (language <- Seq("", "sql", "java properties", "c++ header"))
      assert(ParsedCode.parse(language, "a = 1").isEmpty, language)
  }

  test("lines are counted by line feeds") {
    val code = ParsedCode.parse("java", "int a;\r\n\nint b;\n").get
    assert((1 to code.lineCount).map(code.line) == Seq("int a;", "", "int b;", ""))
  }

  test("texts that are no code do no harm to the process") {
    val signs = " {}()[]<>\"'`#$%/*\\\n"
    val random = new Random(2)
    val texts = Seq(
      "",
      "\u0000" * 2000,
      "\ud800\udc00\ud800" * 2000,
      "\ufeff// x\u2028y\u0085\f\u001b[31m",
      "(" * 4000,
      "x = " + "(" * 1000 + "1" + ")" * 1000,
      "{" * 4000,
      "\"${" * 1000,
      "$\"{" * 1000,
      "\"#{" * 1000,
      "`${" * 1000,
      "f'{" * 1000,
      "<a>" * 1000,
      "/*" * 2000,
      "'''\"\"\"" * 2000,
      "x = a" + " + a" * 2000,
      "if (a) {} else " * 500 + "{}",
      "<?php " + "<<<A\n" * 500,
      "a = b + c; " * 1000,
      new Random(1).alphanumeric.take(4000).mkString,
      Seq.fill(2000)(signs.charAt(random.nextInt(signs.length))).mkString
    )
    for (language <- languages; text <- texts) ask(language, text)
  }

  test("what would run over a buffer of a grammar's scanner is not given to it") {
    val tooMuch = Seq(
      "python" -> (0 to 600).map(i => " " * i + "if x:\n").mkString,
      "kotlin" -> "\"${" * 1200,
      "ruby" -> s"f(${(0 to 200).map(i => s"<<A$i").mkString(", ")})\n"
    )
    for ((language, text) <- tooMuch) assert(ParsedCode.parse(language, text).isEmpty, language)
    val enough = Seq(
      "python" -> (0 to 100).map(i => " " * i + "if x:\n").mkString,
      "kotlin" -> "val a = \"$b${c}\"\n" * 300,
      "ruby" -> "a = <<~A\n  b\nA\nc << d\n" * 500,
      "ruby" -> "f(<<A, <<~'B')\na\nA\nb\n  B\n",
      "ruby" -> s"a <<${"A" * 300}\n",
      "ruby" -> s"a <<${"\u00c4" * 300}\n",
      "ruby" -> s"a <<\"${"A " * 300}\"\n",
      "ruby" -> "a <<\"over\nlines\"\nb <<'never closed\n"
    )
    for ((language, text) <- enough) assert(ParsedCode.parse(language, text).isPresent, language)
  }

  test("a text that is too long is not read") {
    val line = "int a;\n"
    val most = line * (500000 / line.length)
    assert(ParsedCode.parse("java", most).isPresent)
    assert(ParsedCode.parse("java", most + line).isEmpty)
  }

  test("threads read at once") {
    val texts = languages.map(language => language -> s"a = f(1)\n${"b = g(a)\n" * 50}")
    val alone = texts.map { case (language, text) => sizeOf(language, text) }
    val threads = Executors.newFixedThreadPool(8)
    try {
      val tasks = Seq.fill(5)(texts).flatten.map { case (language, text) =>
        threads.submit((() => sizeOf(language, text)): Callable[Int])
      }
      assert(tasks.map(_.get(1, TimeUnit.MINUTES)) == Seq.fill(5)(alone).flatten)
    } finally threads.shutdownNow()
  }

  private def sizeOf(language: String, text: String): Int =
    ParsedCode.parse(language, text).get.tree.size
}
