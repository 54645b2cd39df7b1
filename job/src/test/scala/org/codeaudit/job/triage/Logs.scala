package org.codeaudit.job.triage
import java.nio.file.{Files, Path}

import org.codeaudit.job.sarif.SarifLog

/** SARIF logs of suites. */
object Logs {

  /** A region of a file, as a result names it. */
  def at(uri: String, line: Int, more: String = ""): String =
    place(s""""artifactLocation":{"uri":"$uri"$more},"region":{"startLine":$line}""")

  /** A result's place as JSON. */
  def place(physical: String): String = s""""locations":[{"physicalLocation":{$physical}}]"""

  def result(rule: String, place: String, message: String = "It is so.", more: String = "") =
    s"""{"ruleId":"$rule","message":{"text":"$message"}${if (place.isEmpty) ""
      else s",$place"}$more}"""

  /** A rule with a weakness, or without. */
  def rule(id: String, cwe: String = "", summary: String = "A rule.", description: String = "") = {
    val full = if (description.isEmpty) "" else s""","fullDescription":{"text":"$description"}"""
    s"""{"id":"$id","shortDescription":{"text":"$summary"}$full,""" +
      s""""properties":{"tags":[${if (cwe.isEmpty) "" else s""""$cwe""""}]}}"""
  }

  def run(results: Seq[String], rules: Seq[String] = Nil, more: String = ""): String =
    s"""{"tool":{"driver":{"name":"tool","rules":[${rules.mkString(",")}]}},""" +
      s""""results":[${results.mkString(",")}]$more}"""

  def text(runs: String*): String =
    s"""{"$$schema":"s","version":"2.1.0","runs":[${runs.mkString(",")}],"properties":{"a":1}}"""

  def write(text: String, name: String = "results.sarif"): Path =
    Files.writeString(Files.createTempDirectory("log").resolve(name), text)

  def read(runs: String*): SarifLog = SarifLog.read(write(text(runs: _*)))
}
