package org.codeaudit.finding

import java.util.Optional

import scala.jdk.CollectionConverters._

import org.scalatest.funsuite.AnyFunSuite

class CodeBlocksSuite extends AnyFunSuite {

  private def extract(text: String): Seq[(String, String, Boolean)] =
    CodeBlocks.extract(text).asScala.toSeq.map(b => (b.language.orElse(""), b.code, b.closed))

  test("blocks are found by the rules of CommonMark") {
    val cases = Seq(
      "no code" -> Seq(),
      "a\n```java\nint x;\n\ny();\n```\nb" -> Seq(("java", "int x;\n\ny();", true)),
      "```\nx\n```" -> Seq(("", "x", true)),
      "~~~ Python\nx\n~~~" -> Seq(("python", "x", true)),
      "```java title=\"x\"\nx\n```" -> Seq(("java", "x", true)),
      "```{.c++ .numbered}\nx\n```" -> Seq(("c++", "x", true)),
      "1. do\n   ```sh\n   ls\n     -l\n  x\n   ```" -> Seq(("sh", "ls\n  -l\nx", true)),
      "```js\nnever ends" -> Seq(("js", "never ends", false)),
      "```" -> Seq(("", "", false)),
      "````md\n```java\nx\n```\n````" -> Seq(("md", "```java\nx\n```", true)),
      "```\n~~~\n```" -> Seq(("", "~~~", true)),
      "```a\nx\n````\n```b\ny\n```  " -> Seq(("a", "x", true), ("b", "y", true)),
      "```\nx\n``` not a close\n```" -> Seq(("", "x\n``` not a close", true)),
      "``` inline ``` code\nx" -> Seq(),
      "``\nx\n``" -> Seq(),
      "```c\r\nx\r\n```\r\n" -> Seq(("c", "x", true))
    )
    for ((text, blocks) <- cases) assert(extract(text) == blocks, text)
  }

  test("the block an answer is about is the longest, the first of equals") {
    val blocks = CodeBlocks.extract("```sh\nls\n```\n```java\nint x;\n```\n```c\nint y;\n```")
    assert(CodeBlocks.main(blocks).get.language.get == "java")
    assert(CodeBlocks.main(CodeBlocks.extract("none")).isEmpty)
  }

  test("syntax is judged where the platform has a parser") {
    val cases = Seq(
      ("json", """{"a":[1,2]}""", Some(true)),
      ("JSON", """{"a":1} x""", Some(false)),
      ("json", "", Some(false)),
      ("xml", "<a><b/></a>", Some(true)),
      ("xml", "\n<?xml version=\"1.0\"?><a/>", Some(true)),
      ("xml", "<a><b></a>", Some(false)),
      ("xml", "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>", None),
      ("java", "package a; public class B { int c; }", Some(true)),
      ("java", "void a() { b(); }", Some(true)),
      ("java", "int x = f(1);\nreturn x;", Some(true)),
      ("java", "int x = f(1;", Some(false)),
      ("java", "class A { void b() { }", Some(false)),
      ("java", "class A extends Unknown<String> { Missing m = new Missing(); }", Some(true)),
      ("python", "def f(): pass", None),
      ("json", "[" + "1," * 150000 + "1]", None)
    )
    for ((language, code, ok) <- cases) {
      val expected = Optional.ofNullable(ok.map(Boolean.box).orNull)
      assert(SyntaxCheck.syntaxOk(language, code) == expected, s"$language ${code.take(60)}")
    }
  }

  test("code nested deeper than a parser can follow does no harm") {
    for (
      (language, code) <- Seq(
        "java" -> ("x = " + "(" * 90000),
        "json" -> "[" * 90000,
        "xml" -> "<a>" * 60000
      )
    ) {
      assert(SyntaxCheck.syntaxOk(language, code) != Optional.of(true), language)
    }
  }
}
