package org.codeaudit.check
import java.nio.file.{Files, Path}

import scala.jdk.CollectionConverters._
import scala.jdk.StreamConverters._

import org.scalatest.funsuite.AnyFunSuite
import org.codeaudit.{AuditException, Folders}
import org.codeaudit.finding.{Category, Severity}

class CheckSetSuite extends AnyFunSuite {
  private val good = Checks.text("raw-query")
  private val folder = Path.of(sys.props("codeaudit.root")).resolve("conf/checks")
  private lazy val bundled = CheckSet.bundled().checks.asScala.toSeq

  private def of(files: (String, String)*): CheckSet = CheckSet.of(files.toMap.asJava)

  private def refused(body: => Any): AuditException = intercept[AuditException](body)

  test("a check has what its file says") {
    val check = of("raw-query.yaml" -> good).checks.get(0)
    assert(check.id == "raw-query" && check.title == "raw query")
    assert(check.category == Category.SQL_INJECTION && check.cwe == "CWE-89")
    assert(check.severity == Severity.HIGH)
    assert(check.languages == Set("java", "python").asJava)
    assert(check.question("this code") == "Does this code have raw-query?")
    assert(check.counts == "it has raw-query" && check.harmless == "what looks like raw-query")
    assert(check.message == "There is raw-query." && check.suggestion == "Mend raw-query.")
    assert(check.defect == "raw-query(name)" && check.clean == "other(name)")
  }

  test("a check says what is worth asking it about, and where it can stand") {
    val check = Checks.check("raw-query")
    def applies(language: String, text: String): Boolean =
      check.appliesTo(java.util.Optional.ofNullable(language), text)
    assert(applies("Java", "RAW-QUERY") && applies("python", "a raw-query b"))
    assert(applies(null, "raw-query"), "a language that is not known rules nothing out")
    assert(!applies("go", "raw-query") && !applies("java", "query"))
    assert(check.canStandAt("x = raw-query2(name)", false) && !check.canStandAt("raw-query", false))
    assert(check.canStandAt("raw-query", true), "a sign makes a line stand")
  }

  test("a check cannot stand where its unless is found, nor apply where its absent is") {
    val text = good.replace(
      "needs:",
      "unless:\n  - constant\n  - (?i)bound\nabsent: (?i)parser\\.safe\nneeds:"
    )
    val check = of("a.yaml" -> text).checks.get(0)
    assert(check.canStandAt("raw-query(name)", false))
    for (line <- Seq("raw-query(constant)", "raw-query(x).Bound()"); signed <- Seq(true, false))
      assert(!check.canStandAt(line, signed), line)
    def applies(code: String): Boolean = check.appliesTo(java.util.Optional.of("java"), code)
    assert(applies("raw-query(a)") && !applies("Parser.safe = true;\nraw-query(a)"))
  }

  test("what a check can do without: its own number, languages and what the unit needs") {
    val some = good.linesIterator.filterNot(_.matches("(cwe|languages|needs):.*")).mkString("\n")
    val check = of("a.yaml" -> some).checks.get(0)
    assert(check.cwe.isEmpty && check.languages.isEmpty && check.needs.isEmpty)
    assert(check.appliesTo(java.util.Optional.of("cobol"), "anything"))
  }

  test("a check that follows values has what is common to all and its own besides") {
    assert(!of("a.yaml" -> good).checks.get(0).followsValues)
    def taint(more: String): Taint = of("a.yaml" -> (good + more)).checks.get(0).taint
    val common = taint("taint: {}\n")
    val own = taint("taint:\n  sources: [inbox]\n  sanitizers: [clean\\(0\\)]\n")
    def texts(patterns: java.util.List[java.util.regex.Pattern]) = patterns.asScala.map(_.pattern)
    assert(common.sources.size > 10 && common.sanitizers.size > 2)
    assert(texts(own.sources) == texts(common.sources) :+ "inbox")
    assert(texts(own.sanitizers) == texts(common.sanitizers) :+ "clean\\(0\\)")
  }

  test("signs are read for every language that a key names") {
    val text = good + "signs:\n  any: ['a']\n  Java, c++: ['b', 'c$']\n  c++: ['d']\n"
    val signs = of("a.yaml" -> text).checks.get(0).signs.byLanguage.asScala.toMap
    val patterns = signs.map { case (language, all) => language -> all.asScala.map(_.pattern) }
    assert(
      patterns == Map("any" -> Seq("a"), "java" -> Seq("b", "c$"), "c++" -> Seq("b", "c$", "d"))
    )
    assert(of("a.yaml" -> good).checks.get(0).signs == Signs.NONE)
  }

  test("what signs have in common is written once") {
    val text = good + "parts:\n  lock: '(?:mutex|lock)'\nsigns:\n  any: ['{{lock}}\\.(a)', 'b']\n"
    val Seq(first, second) =
      of("a.yaml" -> text).checks.get(0).signs.byLanguage.get("any").asScala.toSeq
    assert(first.pattern == "(?:mutex|lock)\\.(a)" && second.pattern == "b")
  }

  private def without(key: String): String =
    good.linesIterator.filterNot(_.startsWith(key + ":")).mkString("\n")

  for (
    (what, text, words) <- Seq[(String, String, Seq[String])](
      (
        "an unknown key",
        good + "serverity: high\n",
        Seq("unknown key serverity", "did you mean severity?")
      ),
      (
        "an unknown key of the example",
        good + "  cleen: x\n",
        Seq("unknown key cleen", "did you mean clean?")
      ),
      (
        "a question without a placeholder",
        good.replace("Does {{code}} have", "Does this have"),
        Seq("question needs the placeholder {{code}}")
      ),
      (
        "an unknown key of taint",
        good + "taint:\n  sanitisers: [a]\n",
        Seq("unknown key sanitisers", "did you mean sanitizers?")
      ),
      (
        "a mistyped language of signs",
        good + "signs:\n  any: [x]\n  Java, phyton: [y]\n",
        Seq("unknown language phyton", "did you mean python?")
      ),
      (
        "a mistyped language of the check",
        good.replaceFirst("(?m)^languages:.*$", "languages: [jav, python]"),
        Seq("unknown language jav", "did you mean java?")
      ),
      (
        "an on-request that is neither true nor false",
        good + "on-request: sometimes\n",
        Seq("on-request must be true or false")
      ),
      (
        "an unless that is no expression",
        good + "unless: ['(']\n",
        Seq("the regular expression ( is wrong")
      ),
      (
        "an absent that is no expression",
        good + "absent: (\n",
        Seq("the regular expression ( is wrong")
      ),
      (
        "a sign of a part that there is not",
        good + "parts:\n  lock: a\nsigns:\n  any: ['{{lok}}']\n",
        Seq("there is no part lok")
      ),
      ("parts that are a list", good + "parts: [a]\n", Seq("parts has a text for each name")),
      ("signs that are a list", good + "signs: [a]\n", Seq("signs has a list for each language")),
      (
        "a sign that is no expression",
        good + "signs:\n  any: ['(']\n",
        Seq("the regular expression ( is wrong")
      ),
      (
        "signs of a language that are no list",
        good + "signs:\n  java: a\n",
        Seq("java must be a list")
      ),
      ("a taint that is a list", good + "taint: [a]\n", Seq("taint has the keys")),
      (
        "a sanitizer that is no expression",
        good + "taint:\n  sanitizers: ['(']\n",
        Seq("the regular expression ( is wrong")
      ),
      (
        "an unknown category",
        good.replace("category: sql-injection", "category: bad-vibes"),
        Seq("category bad-vibes is not one of", "sql-injection")
      ),
      (
        "an unknown severity",
        good.replace("severity: high", "severity: huge"),
        Seq("severity must be critical, high, medium, low or info")
      ),
      (
        "a wrong regular expression",
        good.replace("  - (?i)", "  - ("),
        Seq("the regular expression (raw-query\\w*\\( is wrong: Unclosed group")
      ),
      (
        "a wrong regular expression of what the unit needs",
        good.replace("needs: (?i)", "needs: '*'  #"),
        Seq("the regular expression * is wrong")
      ),
      ("a number alone", good.replace("CWE-89", "'89'"), Seq("cwe is written like CWE-89")),
      ("a number there is not", good.replace("CWE-89", "CWE-0"), Seq("cwe is written like CWE-89")),
      (
        "an id that is no name of a file",
        good.replace("id: raw-query", "id: Raw Query"),
        Seq("id must be words of a-z and 0-9 joined by -")
      ),
      ("lines instead of keys", "- a\n- b\n", Seq("it has no keys")),
      ("nothing", "", Seq("it has no keys")),
      ("no YAML", "id: [a\nb: }", Seq("it is not YAML")),
      ("a key that comes twice", good + "severity: low\n", Seq("it is not YAML", "severity")),
      (
        "a number where a text is due",
        good.replace("counts: it has raw-query", "counts: 3"),
        Seq("counts is missing or no text")
      ),
      (
        "one regular expression that is no list",
        good.replace("where:\n  - ", "where: "),
        Seq("where must be a list", "where needs a regular expression at least")
      ),
      (
        "a language that is no list",
        good.replace("[Java, python]", "java"),
        Seq("languages must be a list")
      ),
      (
        "languages that are no texts",
        good.replace("[Java, python]", "[1, java]"),
        Seq("languages must be a list of texts")
      ),
      (
        "no example",
        good.substring(0, good.indexOf("example:")),
        Seq("defect is missing", "clean is missing")
      ),
      (
        "several problems",
        without("message").replace("severity: high", "severity: huge"),
        Seq("message is missing", "severity must be")
      )
    ) ++ Seq("id", "category", "severity", "question", "counts", "harmless", "suggestion")
      .map(key => (s"no $key", without(key), Seq(s"$key is missing or no text")))
  ) test(s"$what: the file and the problem are named") {
    val failure = refused(of("rules/raw-query.yaml" -> text))
    assert(failure.errorClass.name == "CHECK_INVALID")
    for (word <- words :+ "rules/raw-query.yaml" :+ "docs/checks.md")
      assert(failure.getMessage.contains(word), failure.getMessage)
  }

  test("a key that is like no other is met with no suggestion") {
    val failure = refused(of("a.yaml" -> (good + "xyzzy: 1\n")))
    assert(failure.getMessage.contains("unknown key xyzzy"))
    assert(!failure.getMessage.contains("did you mean"))
  }

  test("an id that comes twice is refused with both files") {
    val failure = refused(of("a.yaml" -> good, "b.yaml" -> good))
    for (word <- Seq("b.yaml", "its id raw-query is that of a.yaml"))
      assert(failure.getMessage.contains(word), failure.getMessage)
  }

  test("the version is that of the texts, whatever their files are called") {
    val other = Checks.text("raw-path")
    val version = of("a.yaml" -> good, "b.yaml" -> other).version
    assert(version.matches("[0-9a-f]{12}"))
    assert(of("d.yaml" -> good, "c.yaml" -> other).version == version)
    assert(of("a.yaml" -> good, "b.yaml" -> other.replace("high", "low")).version != version)
  }

  test("some checks can be asked alone, and a name that none has is refused") {
    val checks = Checks.of("raw-path", "raw-query", "raw-text")
    val some = checks.only(List("raw-text", "raw-path").asJava)
    assert(some.checks.asScala.map(_.id) == Seq("raw-path", "raw-text"))
    val failure = refused(checks.only(List("raw-milk").asJava))
    assert(failure.errorClass.name == "OPTION")
    assert(failure.getMessage.contains("raw-milk") && failure.getMessage.contains("raw-query"))
  }

  test("a check on request is asked where it is asked for, or is named, or all are") {
    val checks = of(
      "a.yaml" -> Checks.text("raw-a"),
      "b.yaml" -> (Checks.text("raw-b") + "on-request: true\n")
    )
    def ids(set: CheckSet) = set.checks.asScala.map(_.id)
    assert(ids(checks.about(java.util.Set.of("raw-x"))) == Seq("raw-a"))
    assert(ids(checks.about(java.util.Set.of("raw-b"))) == Seq("raw-a", "raw-b"))
    for (asked <- Seq(checks.only(List("raw-b").asJava), checks.unrequested))
      assert(
        ids(asked.about(java.util.Set.of())).last == "raw-b" && asked.version == checks.version
      )
  }

  test("an organisation's checks come beside those of the jar") {
    Folders.temporary("checks") { own =>
      Files.writeString(own.resolve("raw-query.yaml"), good)
      Files.writeString(own.resolve("notes.txt"), "no check")
      val all = CheckSet.bundledAnd(List(own).asJava)
      assert(all.checks.asScala.map(_.id).toSet == bundled.map(_.id).toSet + "raw-query")
      assert(all.version != CheckSet.bundled().version)
      Files.writeString(own.resolve("again.yaml"), Checks.text("sql-injection"))
      val failure = refused(CheckSet.bundledAnd(List(own).asJava))
      assert(failure.getMessage.contains("its id sql-injection is that of "), failure.getMessage)
      assert(failure.getMessage.contains(own.resolve("again.yaml").toString))
    }
  }

  test("a folder that is not there, or is none, is refused") {
    Folders.temporary("checks") { own =>
      val file = Files.writeString(own.resolve("raw-query.yaml"), good)
      for (place <- Seq(own.resolve("nowhere"), file)) {
        val failure = refused(CheckSet.bundledAnd(List(place).asJava))
        assert(failure.errorClass.name == "CHECK_UNREADABLE")
        assert(failure.getMessage.contains(place.toString))
      }
    }
  }

  test("a file that is no UTF-8 is refused") {
    Folders.temporary("checks") { own =>
      Files.write(
        own.resolve("raw-query.yaml"),
        good.replace("Mend", "Ménd").getBytes("ISO-8859-1")
      )
      assert(refused(CheckSet.bundledAnd(List(own).asJava)).errorClass.name == "CHECK_UNREADABLE")
    }
  }

  test("the jar carries all checks of the folder, each named after its id") {
    val files = Files.list(folder)
    val names =
      try files.toScala(Seq).map(_.getFileName.toString).filter(_.endsWith(".yaml")).sorted
      finally files.close()
    assert(bundled.map(_.id + ".yaml") == names && bundled.size >= 33)
  }

  test("each bundled check can stand at a line of its own example") {
    for (check <- bundled)
      assert(check.defect.linesIterator.exists(check.canStandAt(_, false)), check.id)
  }

  test("bundled checks ask a question with an end, and say what to do in whole sentences") {
    for (check <- bundled) withClue(check.id + ": ") {
      assert(check.question("this code").matches("[A-Z][^{}]*\\?"))
      assert(Seq(check.message, check.suggestion).forall(_.matches("(?s)[A-Z].*\\.")))
      assert(!check.counts.endsWith(".") && !check.harmless.endsWith("."))
      assert(check.defect != check.clean)
    }
  }
}
