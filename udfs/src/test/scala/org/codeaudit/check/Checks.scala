package org.codeaudit.check

import scala.jdk.CollectionConverters._

/** Checks of suites, as the texts of their files. */
object Checks {

  /** A file that can be used as it stands. */
  def text(id: String): String =
    s"""id: $id
       |category: sql-injection
       |cwe: CWE-89
       |languages: [Java, python]
       |severity: high
       |question: Does {{code}} have $id?
       |counts: it has $id
       |harmless: what looks like $id
       |where:
       |  - (?i)$id\\w*\\(
       |needs: (?i)$id
       |message: There is $id.
       |suggestion: Mend $id.
       |example:
       |  defect: $id(name)
       |  clean: other(name)
       |""".stripMargin

  /** The checks of these files, each named after its id. */
  def of(ids: String*): CheckSet =
    CheckSet.of(ids.map(id => s"$id.yaml" -> text(id)).toMap.asJava)

  def check(id: String): Check = of(id).checks.get(0)

  /** The check `raw-query` with signs: expressions by language. */
  def withSigns(expressions: (String, String)*): Check = {
    val lines = expressions.map { case (language, expression) =>
      s"  $language: ['${expression.replace("'", "''")}']\n"
    }
    CheckSet
      .of(java.util.Map.of("a.yaml", text("raw-query") + lines.mkString("signs:\n", "", "")))
      .checks
      .get(0)
  }

  /** Follows up three checks at most and explains what is likely. */
  def settings(ids: String*): CheckSettings =
    new CheckSettings(of(ids: _*), Calibration.UNFITTED, 3, 0.5, false)
}
