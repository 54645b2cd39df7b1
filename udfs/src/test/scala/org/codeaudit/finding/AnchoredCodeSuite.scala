package org.codeaudit.finding

import java.util.Optional

import org.scalatest.funsuite.AnyFunSuite

class AnchoredCodeSuite extends AnyFunSuite {
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
    for ((what, code) <- cases) assert(AnchoredCode.of(java, code).holds(quote, before), what)
  }

  test("code is no longer there") {
    val cases = Seq(
      "another line" -> users(query = "return run(bound(name));"),
      "another line of the function" -> users().replace("name.trim()", "quoted(name)"),
      "another name" -> users(name = "search"),
      "another file" -> "class A {}\n",
      "nothing" -> ""
    )
    for ((what, code) <- cases) assert(!AnchoredCode.of(java, code).holds(quote, before), what)
    assert(!AnchoredCode.of(java, users()).holds("", before))
  }

  test("without a grammar the lines beside it are its code") {
    val none = Optional.empty[String]
    val lines = (1 to 20).map(i => s"line $i")
    val was = AnchoredCode.of(none, lines.mkString("\n")).sha(10)
    def holds(now: Seq[String]) = AnchoredCode.of(none, now.mkString("\n")).holds("line 10", was)
    assert(holds("a new first line" +: lines))
    assert(holds(lines.updated(0, "far away")))
    assert(!holds(lines.updated(11, "near")))
  }

  test("a secret is found again, and its hash does not depend on it") {
    def code(secret: String) = s"""class A {\n  String password = "$secret";\n}\n"""
    val line = """String password = "[redacted:password]";"""
    val Seq(a, b) = Seq("hunter2", "trustno1").map(secret => sha(code(secret), "password"))
    assert(a == b)
    assert(AnchoredCode.of(java, code("hunter2")).holds(line, a))
  }
}
