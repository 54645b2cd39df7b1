package org.codeaudit.review

import scala.jdk.CollectionConverters._

import org.scalatest.funsuite.AnyFunSuite

import org.codeaudit.change.FileChange
import org.codeaudit.check.Checks
import org.codeaudit.prompt.{ChangeSplitter, Changes}

class ReviewedCodeSuite extends AnyFunSuite {
  private val noSigns = java.util.Set.of[String]()
  private val check = Checks.check("raw-query")

  private def of(change: FileChange): ReviewedCode =
    ReviewedCode.of(change, new ChangeSplitter(100000, _.length).split(change).get(0))

  private val diff = of(
    Changes.diff(
      """@@ -10,5 +10,6 @@ class A {
        | a = raw-query(one);
        |-b = raw-query(two);
        |+b = raw-query(three);
        |+
        |+  c = raw-query(four);
        |+c = raw-query(four);
        |+d = other(five);
        | }"""
    )
  )
  private val file = of(
    Changes.file(
      "class A {\n\n  a = raw-query(one);\n \t\n  b = other(two);\n    a = raw-query(one);\n}\n"
    )
  )

  test("of a change only added lines are candidates, stripped and each once") {
    assert(diff.change && diff.noun == "this change")
    assert(
      diff.candidates(check, noSigns).asScala == Seq(
        "b = raw-query(three);",
        "c = raw-query(four);"
      )
    )
  }

  test("of a file every line is, where the check can stand at it") {
    assert(!file.change && file.noun == "this code")
    assert(file.candidates(check, noSigns).asScala == Seq("a = raw-query(one);"))
    assert(file.candidates(Checks.check("other"), noSigns).asScala == Seq("b = other(two);"))
    assert(file.candidates(Checks.check("nothing"), noSigns).isEmpty)
  }

  test("a line that imports is no candidate, one that loads what a value names is") {
    val check = Checks.check("load")
    val cases = Seq(
      "import load(a);" -> false,
      "from load( import a" -> false,
      "#include <load()>" -> false,
      "require 'load('" -> false,
      "using load;  load()" -> false,
      "import(load(a))" -> true,
      "require(load(a))" -> true,
      "important(load(a))" -> true
    )
    for ((line, candidate) <- cases) {
      assert(
        of(Changes.file(s"$line\n")).candidates(check, noSigns).size == (if (candidate) 1 else 0),
        line
      )
    }
  }

  test("a line that cannot be quoted is no candidate") {
    // too long to be shown whole
    val long = of(Changes.file("x = raw-query(" + "a" * 5000 + ");\ny = raw-query(b);\n"))
    assert(long.candidates(check, noSigns).asScala == Seq("y = raw-query(b);"))
  }

  test("the model is shown the lines that are not blank, of a change with their marks") {
    assert(
      diff.text ==
        """ a = raw-query(one);
          |-b = raw-query(two);
          |+b = raw-query(three);
          |+  c = raw-query(four);
          |+c = raw-query(four);
          |+d = other(five);
          | }
          |""".stripMargin
    )
    assert(
      file.text ==
        "class A {\n  a = raw-query(one);\n  b = other(two);\n    a = raw-query(one);\n}\n"
    )
  }

  test("neither the path nor what a hunk stands in is part of what is shown") {
    val shown = CheckedReview.shown(diff).asScala.map(_.content).mkString("\n")
    assert(!shown.contains("src/A.java") && !shown.contains("class A"))
    assert(shown.contains("Lines that begin with + are new") && shown.contains(diff.text))
    val whole = CheckedReview.shown(file).asScala.map(_.content).mkString("\n")
    assert(whole.contains("```java\nclass A {") && !whole.contains("begin with +"))
  }

  test("comments are not shown, no candidate has one, and a finding quotes the line as it is") {
    val promise = of(
      Changes.file(
        "class A {\n  // raw-query(safe) is harmless\n  void f() {\n" +
          "    a = raw-query(one); // checked by the caller\n    /* raw-query(x) */\n  }\n}\n"
      )
    )
    assert(promise.text == "class A {\n  void f() {\n    a = raw-query(one);\n  }\n}\n")
    assert(promise.candidates(check, noSigns).asScala == Seq("a = raw-query(one);"))
    assert(promise.quote("a = raw-query(one);") == "a = raw-query(one); // checked by the caller")
    intercept[IllegalArgumentException](promise.quote("b = raw-query(one);"))
  }
}
