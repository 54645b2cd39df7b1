package org.codeaudit.job.fuzz

import java.time.LocalDate
import java.util.{Optional, OptionalInt}

import org.codeaudit.ErrorClass
import org.codeaudit.finding.Severity
import org.codeaudit.prompt.Side
import org.codeaudit.rule.{FindingFacts, RepositoryRules}

/** The rules of a repository are refused, or say of every path and finding the same twice. */
object RulesFuzz extends FuzzTarget {
  private val today = LocalDate.of(2026, 1, 2)
  private val paths = Seq("", "a", "src/main/A.java", "a/b/c/d/e/f/g/h.c", "a" * 500, "[x]/*?\\")
  private val facts = paths.map { path =>
    new FindingFacts(
      path,
      Optional.of("sql-injection"),
      "security",
      Optional.of("CWE-89"),
      Severity.HIGH,
      "0123456789abcdef" * 2,
      Optional.of(Side.NEW),
      OptionalInt.of(3),
      OptionalInt.of(4)
    )
  }

  override def name: String = "rules"

  override def check(input: Array[Byte]): Unit = FuzzTarget
    .unlessRefused(_ == ErrorClass.RULES_INVALID)(RepositoryRules.read("a.yaml", input))
    .foreach { rules =>
      val again = RepositoryRules.parse("a.yaml", rules.text)
      paths.foreach(path => assert(rules.excludes(path) == again.excludes(path)))
      assert(rules.excludesAny || !paths.exists(rules.excludes), "excludes none and some")
      facts.foreach(fact => assert(rules.ruling(fact, today) == again.ruling(fact, today)))
    }
}
