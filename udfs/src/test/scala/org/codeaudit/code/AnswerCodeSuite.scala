package org.codeaudit.code

import scala.jdk.CollectionConverters._
import scala.jdk.OptionConverters._

import org.scalatest.funsuite.AnyFunSuite

class AnswerCodeSuite extends AnyFunSuite {
  private def judged(language: String, code: String): JudgedBlock =
    AnswerCode.of(s"```$language\n$code\n```").main.get

  private def syntax(language: String, code: String): Option[Boolean] =
    judged(language, code).syntaxOk.toScala.map(_.booleanValue)

  test("syntax is judged by the parser of the language, and not where there is none") {
    val cases = Seq(
      ("json", """{"a":[1,2]}""", Some(true)),
      ("JSON", """{"a":1} x""", Some(false)),
      ("json", "", None),
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
      ("python", "def f(x):\n    return x + 1", Some(true)),
      ("python", "def f(x)\n    return x + 1", Some(false)),
      ("python", "s = '''begun and not", Some(false)),
      ("py", "async def f():\n    async with a as b:\n        yield b", Some(true)),
      ("js", "const f = async (x) => ({ ...x });", Some(true)),
      ("js", "function f( { return 1 }", Some(false)),
      ("ts", "interface A { b?: string }\nexport type C = A | null;", Some(true)),
      ("tsx", "const A = () => <p>{x}</p>;", Some(true)),
      ("go", "package main\n\nfunc main() { println(1) }", Some(true)),
      ("go", "package main\n\nfunc main() { println(1 }", Some(false)),
      ("rust", "fn main() { let x: u8 = 1; println!(\"{}\", x); }", Some(true)),
      ("rust", "fn main() { let = 1; }", Some(false)),
      ("c", "#include <stdio.h>\nint main(void) { return 0; }", Some(true)),
      ("c", "int main(void) { return 0; /* begun", Some(false)),
      ("cpp", "template <class T> T f(T t) { return t; }", Some(true)),
      ("cs", "class A { int B => 1; }", Some(true)),
      ("ruby", "def f(x)\n  x + 1\nend", Some(true)),
      ("ruby", "def f(x)\n  x + 1\n", Some(false)),
      ("php", "function f() { return 1; }", Some(true)),
      ("php", "<?php\necho 1;", Some(true)),
      ("kotlin", "fun f(x: Int) = x + 1", Some(true)),
      ("cobol", "MOVE 1 TO X.", None),
      ("json", "[" + "1," * 150000 + "1]", None)
    )
    for ((language, code, ok) <- cases)
      assert(syntax(language, code) == ok, s"$language ${code.take(60)}")
  }

  test("without the JDK's compiler the grammar judges Java") {
    for ((code, ok) <- Seq("class A { }" -> true, "class A { void b() { }" -> false)) {
      val parsed = org.codeaudit.syntax.ParsedCode.parseWhole("java", code)
      assert(parsed.get.isWellFormed == ok, code)
    }
  }

  test("code nested deeper than a parser can follow does no harm") {
    for (
      (language, code) <- Seq(
        "java" -> ("x = " + "(" * 90000),
        "json" -> "[" * 90000,
        "xml" -> "<a>" * 60000,
        "python" -> "(" * 90000,
        "go" -> "{" * 90000
      )
    ) assert(!syntax(language, code).contains(true), language)
  }

  test("imports are named as they are written, each once") {
    val cases = Seq(
      (
        "python",
        "import os, a.b as c\nfrom x.y import z\nfrom . import q\nimport os",
        "os a.b x.y ."
      ),
      ("java", "import java.util.List;\nimport static a.B.c;\nclass D {}", "java.util.List a.B.c"),
      ("kotlin", "import a.b.C\nfun f() = 1", "a.b.C"),
      (
        "javascript",
        "import a from 'b';\nimport './c.css';\nconst d = require(\"e\");",
        "b ./c.css e"
      ),
      ("typescript", "import { A } from \"a\";", "a"),
      ("go", "package m\nimport (\n\t\"fmt\"\n\tx \"net/http\"\n)\nfunc main() {}", "fmt net/http"),
      ("go", "package m\nimport \"os\"", "os"),
      ("c", "#include <stdio.h>\n#include \"a.h\"\nint x;", "stdio.h a.h"),
      ("c++", "#include <vector>\nint x;", "vector"),
      ("c#", "using System.Text;\nusing A = B.C;\nclass D {}", "System.Text B.C"),
      ("ruby", "require 'json'\nrequire_relative \"a/b\"\nputs 1", "json a/b"),
      ("php", "<?php\nuse A\\B;\nuse C\\D as E;", "A\\B C\\D"),
      ("rust", "use std::fs;\nuse a::b as c;\nfn main() {}", "std::fs a::b as c")
    )
    for ((language, code, imports) <- cases)
      assert(
        judged(language, code).imports.get.asScala.mkString(" ") == imports,
        s"$language $code"
      )
    assert(judged("sql", "select 1").imports.isEmpty)
  }

  test("an answer without code has none, and is closed") {
    val code = AnswerCode.of("I would rather not.")
    assert(code.blocks.isEmpty && code.main.isEmpty && code.closed)
  }

  test("an answer is closed if its last block is; one that is not can be closed") {
    val cut = "Here:\n````python\nprint(1)"
    assert(!AnswerCode.of(cut).closed && AnswerCode.of(cut).main.get.block.lines == 1)
    assert(AnswerCode.closed(cut) == cut + "\n````")
    assert(AnswerCode.of(AnswerCode.closed(cut)).closed)
    val whole = cut + "\n````\nDone."
    assert(AnswerCode.of(whole).closed && AnswerCode.closed(whole) == whole)
  }

  test("code in a thought is no code of the answer") {
    val thought = "Let me see.\n```python\nx = 1\n```\nNo."
    val answer = "```go\npackage a\n```"
    for (
      (text, languages) <- Seq(
        s"<think>$thought</think>\n$answer" -> Seq("go"),
        s"$thought\n</think>\n$answer" -> Seq("go"),
        s"<think>$thought" -> Seq(),
        s"$thought\n$answer" -> Seq("python", "go")
      )
    )
      assert(AnswerCode.of(text).blocks.asScala.map(_.block.language.get) == languages, text)
  }
}
