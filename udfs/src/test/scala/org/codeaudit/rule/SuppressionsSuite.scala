package org.codeaudit.rule

import java.time.LocalDate
import java.util.{List => JavaList, Optional, OptionalInt}

import scala.jdk.CollectionConverters._

import org.codeaudit.change.{ChangeKind, FileChange, UnifiedDiffParser}
import org.codeaudit.finding.Severity
import org.codeaudit.prompt.Side
import org.scalatest.funsuite.AnyFunSuite

class SuppressionsSuite extends AnyFunSuite {
  private val today = LocalDate.of(2027, 1, 31)
  private val remark = "codeaudit:ignore sql-injection names are constants"

  private def facts(line: Int, last: Int, side: Side) = new FindingFacts(
    "src/a",
    Optional.of("sql-text"),
    "sql-injection",
    Optional.of("CWE-89"),
    Severity.HIGH,
    "0" * 32,
    Optional.of(side),
    OptionalInt.of(line),
    OptionalInt.of(last)
  )

  private def whole(language: String, code: String) = new FileChange(
    "src/a",
    Optional.empty[String],
    Optional.ofNullable(language),
    ChangeKind.FILE,
    JavaList.of(),
    Optional.of(code)
  )

  private def ruling(
      file: FileChange,
      line: Int,
      last: Int = 0,
      side: Side = Side.NEW,
      rules: Seq[RepositoryRules] = Nil
  ): Ruling =
    new Suppressions(file, rules.asJava, today).of(facts(line, math.max(line, last), side))

  private def suppressed(language: String, code: String, line: Int): Boolean =
    ruling(whole(language, code), line).suppression.isPresent

  /** A language, a line that a finding is on, a comment around a text, and a string with it. */
  private val languages = Seq[(String, String, String => String, String => String)](
    ("java", "  run(q);", text => s"  // $text", text => s"  run(\"// $text\");"),
    ("java", "  run(q);", text => s"  /* $text */", text => s"  run(\"/* $text */\");"),
    ("kotlin", "val a = run(q)", text => s"// $text", text => s"val a = run(\"// $text\")"),
    ("python", "run(q)", text => s"# $text", text => s"run('# $text')"),
    ("python", "run(q)", text => s"# $text", text => s"'''# $text'''"),
    ("javascript", "run(q);", text => s"// $text", text => s"run(`// $text`);"),
    ("typescript", "run(q);", text => s"/* $text */", text => s"run('// $text');"),
    ("go", "var a = run(q)", text => s"// $text", text => s"var a = run(`// $text`)"),
    ("c", "int a = run(q);", text => s"// $text", text => s"""char *a = "// $text";"""),
    ("c++", "int a = run(q);", text => s"// $text", text => s"""auto a = R"(// $text)";"""),
    ("c#", "var a = Run(q);", text => s"// $text", text => s"""var a = @"// $text";"""),
    ("ruby", "run(q)", text => s"# $text", text => s"run('# $text')"),
    ("php", "run($q);", text => s"// $text", text => s"run('// $text');"),
    (
      "rust",
      "fn a() { run(q); }",
      text => s"// $text",
      text => s"""static A: &str = "// $text";"""
    ),
    ("shell", "run \"$q\"", text => s"# $text", text => s"""run "# $text""""),
    ("sql", "SELECT 1;", text => s"-- $text", text => s"SELECT '-- $text';"),
    ("scala", "run(q)", text => s"// $text", text => s"""run("// $text")"""),
    ("html", "<b>x</b>", text => s"<!-- $text -->", text => s"""<b title="$text">x</b>"""),
    ("visual basic", "Run(q)", text => s"' $text", text => s"""Run("' $text")"""),
    ("lisp", "(run q)", text => s";; $text", text => s"""(run "; $text")"""),
    (null, "run q", text => s"# $text", text => s"run '# $text'")
  )

  for ((language, code, comment, string) <- languages) {
    test(s"in $language ${comment("…")} suppresses, and ${string("…")} does not") {
      val above = Seq(comment(remark), code, code).mkString("\n")
      assert(suppressed(language, above, 2) && !suppressed(language, above, 3))
      val quoted = Seq(string(remark), code).mkString("\n")
      for (line <- Seq(1, 2)) assert(!suppressed(language, quoted, line), line)
    }
  }

  test("a remark counts on the finding's lines, and on a line of its own right above") {
    val code = Seq(
      "class A {",
      s"  // $remark",
      "  int a = run(q);", // 3
      s"  int b = run(q); // $remark",
      "  int c = run(q);", // 5
      "",
      "  int d =",
      s"      run(q); // $remark",
      "  int e = run(q);",
      s"  } // $remark",
      "  int f = run(q);" // 11
    ).mkString("\r\n")
    val expected = Map(3 -> true, 4 -> true, 5 -> false, 8 -> true, 9 -> false, 11 -> true)
    for ((line, is) <- expected) assert(suppressed("java", code, line) === is, line)
    assert(ruling(whole("java", code), 7, 8).suppression.isPresent)
    assert(ruling(whole("java", code), 7).suppression.isEmpty)
  }

  test("a remark names checks, categories or weaknesses, and needs a reason") {
    val reason = Some("it is a constant")
    val cases = Seq(
      "codeaudit:ignore sql-text it is a constant" -> reason,
      "codeaudit:ignore SQL-Injection: it is a constant" -> reason,
      "codeaudit:ignore cwe-89 - it is a constant" -> reason,
      "codeaudit:ignore * it is a constant" -> reason,
      "codeaudit:ignore deadlock, sql-text it is a constant" -> reason,
      "see #12; codeaudit:ignore deadlock,CWE-89  it is a constant " -> reason,
      "codeaudit:ignore deadlock other codeaudit:ignore sql-text it is a constant" -> reason,
      "codeaudit:ignore deadlock it is a constant" -> None,
      "codeaudit:ignore sql it is a constant" -> None,
      "codeaudit:ignore it is a constant" -> None,
      "codeaudit:ignore" -> None,
      "codeaudit:ignored sql-text it is a constant" -> None,
      "codeaudit: ignore sql-text it is a constant" -> None
    )
    for ((text, expected) <- cases) {
      val found = ruling(whole("java", s"int a; // $text"), 1)
      assert(found.suppression.map[String](_.reason) === Optional.ofNullable(expected.orNull), text)
      assert(found.note.isEmpty, text)
    }
    val suppression = ruling(whole("java", s"int a; // $remark"), 1).suppression.get
    assert(suppression.kind === Suppression.Kind.INLINE)
    assert(suppression.decision === Decision.ACCEPTED && suppression.expires.isEmpty)
  }

  test("without a reason nothing is suppressed, and the finding says so") {
    for (text <- Seq("sql-text", "sql-text:", "sql-text, deadlock", "* -- ")) {
      val found = ruling(whole("java", s"int a; /* codeaudit:ignore $text */"), 1)
      assert(found === Ruling.noted("ignored without a reason"), text)
    }
  }

  test("a remark counts before rules, and rules count where it does not suppress") {
    val rules = RepositoryRules.parse("rules", "ignore: [{paths: src/, reason: by rules}]")
    def by(code: String) = ruling(whole("java", code), 1, rules = Seq(RepositoryRules.NONE, rules))
    assert(by(s"int a; // $remark").suppression.get.reason === "names are constants")
    for (code <- Seq("int a; // codeaudit:ignore sql-text", "int a;")) {
      assert(by(code).suppression.get.reason === "by rules")
      assert(by(code).note.isEmpty)
    }
  }

  test("a change without the file is read as far as its hunks show, each side by its own lines") {
    val diff = Seq(
      "@@ -10,3 +20,4 @@ class A {",
      "   int a;",
      s"-  int b = run(q); // $remark",
      s"+  // $remark",
      "+  int b = run(q);",
      "   int c = run(q);",
      ""
    ).mkString("\n")
    val change = new FileChange(
      "src/a",
      Optional.empty[String],
      Optional.of("java"),
      ChangeKind.MODIFIED,
      UnifiedDiffParser.hunks(diff),
      Optional.empty[String]
    )
    assert(ruling(change, 22).suppression.isPresent)
    assert(ruling(change, 23).suppression.isEmpty)
    assert(ruling(change, 11, side = Side.OLD).suppression.isPresent)
    assert(ruling(change, 12, side = Side.OLD).suppression.isEmpty)
  }

  test("a finding that stands on no line is suppressed by rules alone") {
    val nowhere = new FindingFacts(
      "src/a",
      Optional.empty[String],
      "other",
      Optional.empty[String],
      Severity.LOW,
      "0" * 32,
      Optional.empty[Side],
      OptionalInt.empty,
      OptionalInt.empty
    )
    val file = whole("java", s"int a; // $remark")
    assert(new Suppressions(file, JavaList.of(), today).of(nowhere) === Ruling.NONE)
    val rules = RepositoryRules.parse("rules", "ignore: [{below: medium, reason: small}]")
    val ruled = new Suppressions(file, JavaList.of(rules), today).of(nowhere)
    assert(ruled.suppression.get.reason === "small")
  }
}
