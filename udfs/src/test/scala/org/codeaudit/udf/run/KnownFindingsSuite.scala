package org.codeaudit.udf.run

import java.util.Optional

import scala.jdk.CollectionConverters._

import org.codeaudit.finding.AnchoredCode
import org.scalatest.funsuite.AnyFunSuite

class KnownFindingsSuite extends AnyFunSuite {
  private val java = Optional.of("java")

  private def users(
      head: String = "",
      query: String = "return run(\"select \" + name);",
      name: String = "find",
      comment: String = "",
      indent: String = "  "
  ): String =
    s"""class Users {
       |$head$indent User $name(String name) {
       |$comment$indent$indent String text = name.trim();
       |$indent$indent $query
       |$indent}
       |  User other() { return null; }
       |}
       |""".stripMargin

  private def sha(code: String, quote: String, language: Optional[String] = java): String = {
    val line = code.linesIterator.indexWhere(_.contains(quote)) + 1
    assert(line > 0)
    AnchoredCode.of(language, code).sha(line)
  }

  private def holds(
      code: String,
      quote: String,
      sha: String,
      language: Optional[String] = java
  ): Boolean = {
    val known = new KnownFindings.Builder()
      .add("a", "looked for", quote, sha)
      .add("a", "another", "class Another {", sha)
      .add("b", "of another repository", quote, sha)
      .build()
    val held = known.held("a", language, code).asScala.toSet
    assert(held.subsetOf(Set("looked for")))
    held.nonEmpty
  }

  private val quote = "return run(\"select \" + name);"
  private val before = sha(users(), quote)

  test("code is still there, whatever is beside it") {
    val cases = Seq(
      "the same" -> users(),
      "other lines" -> users(head = "  int a;\n  int b;\n"),
      "other indentation" -> users(indent = "\t"),
      "comments" -> users(comment = "    // looks fine to me\n"),
      "another function" -> users().replace("return null", "return new User()")
    )
    for ((what, code) <- cases) assert(holds(code, quote, before), what)
  }

  test("code is no longer there") {
    val cases = Seq(
      "another line" -> users(query = "return run(bound(name));"),
      "another line of the function" -> users().replace("name.trim()", "quoted(name)"),
      "another name" -> users(name = "search"),
      "another file" -> "class A {}\n",
      "nothing" -> ""
    )
    for ((what, code) <- cases) assert(!holds(code, quote, before), what)
    assert(!holds(users(), "", before))
  }

  test("without a grammar the lines beside it are its code") {
    val none = Optional.empty[String]
    val lines = (1 to 20).map(i => s"line $i")
    val was = AnchoredCode.of(none, lines.mkString("\n")).sha(10)
    def still(now: Seq[String]) = holds(now.mkString("\n"), "line 10", was, none)
    assert(still("a new first line" +: lines))
    assert(still(lines.updated(0, "far away")))
    assert(!still(lines.updated(11, "near")))
  }

  test("a secret is found again, and its hash does not depend on it") {
    def code(secret: String) = s"""class A {\n  String password = "$secret";\n}\n"""
    val line = """String password = "[redacted:password]";"""
    val Seq(a, b) = Seq("hunter2", "trustno1").map(secret => sha(code(secret), "password"))
    assert(a == b)
    assert(holds(code("hunter2"), line, a))
  }
}
