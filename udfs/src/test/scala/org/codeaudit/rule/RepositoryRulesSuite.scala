package org.codeaudit.rule

import java.io.{ByteArrayInputStream, ByteArrayOutputStream, ObjectInputStream, ObjectOutputStream}
import java.nio.charset.StandardCharsets.UTF_8
import java.nio.file.{Files, Path}
import java.time.LocalDate
import java.util.{Optional, OptionalInt}

import org.codeaudit.{AuditException, ErrorClass}
import org.codeaudit.finding.Severity
import org.codeaudit.prompt.Side
import org.scalatest.funsuite.AnyFunSuite

class RepositoryRulesSuite extends AnyFunSuite {
  private val today = LocalDate.of(2027, 1, 31)
  private val print = "0123456789abcdef" * 2

  private def facts(
      path: String = "src/Users.java",
      check: String = "sql-text",
      category: String = "sql-injection",
      cwe: String = "CWE-89",
      severity: Severity = Severity.HIGH
  ) = new FindingFacts(
    path,
    Optional.ofNullable(check),
    category,
    Optional.ofNullable(cwe),
    severity,
    print,
    Optional.of(Side.NEW),
    OptionalInt.of(3),
    OptionalInt.of(3)
  )

  private def rules(text: String): RepositoryRules = RepositoryRules.parse("rules", text)

  private def entry(lines: String*): RepositoryRules =
    rules(("ignore:" +: "- reason: it is so" +: lines.map("  " + _)).mkString("\n"))

  private def why(text: String): String = {
    val refused = intercept[AuditException](rules(text))
    assert(refused.errorClass === ErrorClass.RULES_INVALID)
    refused.getMessage
  }

  test("the example of the documentation says what the documentation says") {
    val root = Path.of(System.getProperty("codeaudit.root"))
    val text = Files.readString(root.resolve("docs/rules.md"))
    val example = "(?s)```yaml\n(.*?)```".r.findFirstMatchIn(text).get.group(1)
    val read = rules(example)
    assert(read.excludes("third-party/zlib/inflate.c") && !read.excludes("src/Users.java"))
    val ruling = read.ruling(facts("test/FixtureTest.java", severity = Severity.LOW), today)
    assert(ruling.suppression.get.decision === Decision.WONT_FIX)
  }

  test("a finding is meant if everything that an entry says holds for it") {
    val other = "f" * 32
    val cases = Seq(
      Seq("paths: src/**") -> true,
      Seq("paths: [lib, \"*.java\"]") -> true,
      Seq("paths: [lib]") -> false,
      Seq("checks: sql-text") -> true,
      Seq("checks: [other-check]") -> false,
      Seq("categories: [sql-injection, deadlock]") -> true,
      Seq("categories: deadlock") -> false,
      Seq("cwe: 89") -> true,
      Seq("cwe: [CWE-22, cwe-89]") -> true,
      Seq("cwe: CWE-22") -> false,
      Seq("severities: [high, low]") -> true,
      Seq("severities: low") -> false,
      Seq("below: critical") -> true,
      Seq("below: high") -> false,
      Seq(s"fingerprint: $print") -> true,
      Seq(s"fingerprint: [$other]") -> false,
      Seq("paths: src/**", "checks: sql-text", "cwe: 89", "below: critical") -> true,
      Seq("paths: src/**", "checks: sql-text", "cwe: 22") -> false
    )
    for ((lines, means) <- cases)
      assert(entry(lines: _*).ruling(facts(), today).suppression.isPresent === means, lines)
  }

  test("what the open question found has no check, and what has no weakness is meant by none") {
    val found = facts(check = null, cwe = null, category = "other")
    assert(entry("checks: sql-text").ruling(found, today) === Ruling.NONE)
    assert(entry("cwe: 89").ruling(found, today) === Ruling.NONE)
    assert(entry("categories: other").ruling(found, today).suppression.isPresent)
  }

  test("an entry says who has decided what, why and until when") {
    val ruling =
      entry("paths: \"**\"", "status: false-positive", "expires: 2027-01-31", "by: Ada")
        .ruling(facts(), today)
    val expected = new Suppression(
      Suppression.Kind.RULES,
      Decision.FALSE_POSITIVE,
      "it is so",
      Optional.of(today),
      Optional.of("Ada")
    )
    assert(ruling === new Ruling(Optional.of(expected), Optional.empty()))
    val plain = entry("paths: \"**\"").ruling(facts(), today).suppression.get
    assert(plain.decision === Decision.ACCEPTED && plain.expires.isEmpty && plain.by.isEmpty)
  }

  test("after its last day an entry suppresses nothing, and the finding says so") {
    val expired = entry("paths: \"**\"", "expires: 2027-01-30")
    val ruling = expired.ruling(facts(), today)
    assert(ruling.suppression.isEmpty)
    assert(ruling.note.get === "no longer accepted: that expired on 2027-01-30 (it is so)")
    val renewed = rules(expired.text + "\n- {paths: \"**\", reason: still, status: wont-fix}")
    assert(renewed.ruling(facts(), today).suppression.get.reason === "still")
    assert(renewed.ruling(facts(), today).note.isEmpty)
  }

  test("files are excluded by any of the patterns; one needs no list") {
    val some = rules("exclude: [vendor/, \"*.min.js\", /build]")
    for (path <- Seq("vendor/a.c", "a/vendor/b.c", "web/x.min.js", "build/x", "build"))
      assert(some.excludes(path), path)
    for (path <- Seq("vendor", "a/build/x", "x.js")) assert(!some.excludes(path), path)
    assert(rules("exclude: lib/").excludes("lib/a.c") && some.excludesAny)
  }

  test("checks are asked for about the files that an entry means, or about all") {
    val some = rules("checks: [{paths: [src/a/, \"*.go\"], add: [x, y]}, {add: z}]")
    assert(some.requestedChecks("src/a/b.c") === java.util.Set.of("x", "y", "z"))
    assert(some.requestedChecks("c/d.go") === java.util.Set.of("x", "y", "z"))
    assert(some.requestedChecks("src/b.c") === java.util.Set.of("z"))
    assert(some.requestedChecks === java.util.Set.of("x", "y", "z"))
    assert(rules("exclude: [a]").requestedChecks("a").isEmpty)
  }

  test("a file may be empty, or say nothing yet") {
    for (text <- Seq("", "\n", "# later\n", "---\n", "exclude:\nignore:\n", "ignore: []")) {
      val none = rules(text)
      assert(!none.excludesAny && none.ruling(facts(), today) === Ruling.NONE, text)
    }
  }

  test("all problems are named together, each with its line") {
    val said = why(
      """exclude: [ok/, "!no"]
        |excludes: x
        |ignore:
        |- paths: ["*.{js,ts}"]
        |  reason: because
        |- checks: [Not An Id]
        |  categories: [sql-injektion]
        |  cwe: CWE-x
        |  severities: [grave]
        |  below: info
        |  fingerprint: 12
        |  status: acepted
        |  expires: tomorrow
        |- reason: all of it
        |- paths: []
        |  reason: [a, b]
        |- just text
        |checks:
        |- paths: [a]
        |- add: [B, c]
        |  path: d
        |""".stripMargin
    )
    for (
      words <- Seq(
        "line 1: the pattern !no begins with !",
        "line 2: unknown key excludes (did you mean exclude?)",
        "line 4: the pattern *.{js,ts} has braces",
        "line 6: the entry needs a reason",
        "line 6: Not An Id is no check's id",
        "line 7: category sql-injektion is not known (did you mean sql-injection?)",
        "line 8: cwe is written like CWE-89",
        "line 9: severity grave is not known",
        "line 10: nothing is below info",
        "line 11: 12 is no fingerprint",
        "line 12: status acepted is not known (did you mean accepted?)",
        "line 13: expires is a day",
        "line 14: the entry does not say which findings it means",
        "line 15: paths names nothing",
        "line 16: reason is one text",
        "line 17: an entry of ignore has the keys",
        "line 19: the entry needs add",
        "line 20: B is no check's id",
        "line 21: unknown key path (did you mean paths?)"
      )
    ) assert(said.contains(words), said)
  }

  test("what is not of the form is refused with its reason") {
    val cases = Seq(
      "- a list" -> "the file has the keys checks, exclude, ignore",
      "just text" -> "the file has the keys checks, exclude, ignore",
      "exclude: {a: b}" -> "exclude is a list of texts",
      "ignore: {a: b}" -> "ignore is a list",
      "exclude: [a]\nexclude: [b]" -> "the key exclude comes a second time",
      "exclude: [a]\n---\nexclude: [b]" -> "a second document begins",
      "ignore:\n- {paths: x, reason: y, severities: low, below: high}" -> "exclude each other",
      "ignore:\n- {paths: x, reason: \" \"}" -> "reason is one text",
      "exclude: [a\nignore: x: y" -> "it is no YAML"
    )
    for ((text, words) <- cases) assert(why(text).contains(words), why(text))
  }

  test("a pattern that begins with a star and has no quotation marks gets a hint") {
    for (text <- Seq("exclude:\n- *.java\n", "exclude:\n- **/x\n"))
      assert(why(text).contains("needs quotation marks"), why(text))
  }

  test("a file that means harm is refused, and quickly") {
    val bomb = "a: &a [x, x]\n" + ('b' to 'z')
      .map(name => s"$name: &$name [*${(name - 1).toChar}, *${(name - 1).toChar}]\n")
      .mkString
    val cases = Seq(
      bomb -> "anchors and aliases are not supported",
      "ignore: &x\n- *x\n" -> "anchors and aliases are not supported",
      "exclude: !!javax.script.ScriptEngineManager [!!java.net.URL [\"http://localhost/\"]]" ->
        "tags are not supported",
      "!!java.io.File [/etc/passwd]" -> "tags are not supported",
      "exclude: [!!str x]" -> "tags are not supported",
      "[" * 30000 -> "nested deeper",
      "a: " * 20000 -> "it is no YAML",
      ("- " * 30000) -> "nested deeper",
      "exclude:\n- [[[[[x]]]]]" -> "nested deeper",
      "\u0000\u0001" -> "it is no YAML",
      ("x" * 1000 + ": y") -> "unknown key xxxx",
      ("ignore:\n" + "- a\n" * 10000) -> "and 9980 more",
      s"exclude: [\"${"*a" * 20000}\"]" -> "has more than 1000 characters"
    )
    for ((text, words) <- cases) {
      val said = why(text)
      assert(said.contains(words), said.take(300))
      assert(said.length < 4000)
    }
  }

  test("bytes that are too many or no text are refused") {
    def refused(bytes: Array[Byte]) =
      intercept[AuditException](RepositoryRules.read("rules", bytes)).getMessage
    assert(refused(Array.fill(RepositoryRules.MOST_BYTES + 1)('#'.toByte)).contains("65537 bytes"))
    assert(refused(Array[Byte](-1, -2, 0, 9)).contains("no text in UTF-8"))
    assert(!RepositoryRules.read("rules", "# Grün".getBytes(UTF_8)).excludesAny)
  }

  test("rules travel to executors as they are") {
    val sent = entry("paths: src/**", "expires: 2027-06-01", "by: Ada")
    val bytes = new ByteArrayOutputStream()
    new ObjectOutputStream(bytes).writeObject(sent)
    val come = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray)).readObject()
    val there = come.asInstanceOf[RepositoryRules]
    assert(there === sent && there.ruling(facts(), today) === sent.ruling(facts(), today))
  }

  test("rows with the same rules share them, and a row without has none") {
    val text = "exclude: [a/]"
    assert(RepositoryRules.ofRow(text) eq RepositoryRules.ofRow(new String(text.toCharArray)))
    assert(RepositoryRules.ofRow(null) eq RepositoryRules.NONE)
  }
}
