package org.codeaudit.job.sarif

import java.nio.file.{Files, Path}

import scala.jdk.CollectionConverters._

import com.fasterxml.jackson.databind.ObjectMapper
import com.networknt.schema.{JsonSchemaFactory, SpecVersion}
import org.codeaudit.OptIn
import org.codeaudit.job.report.FindingRows.row
import org.scalatest.funsuite.AnyFunSuite

/** The logs against what others have written about the format; CONTRIBUTING.md says where to get
  * that.
  */
class SarifValidationSuite extends AnyFunSuite {
  private val json = new ObjectMapper()

  private val logs: Map[String, Array[Byte]] = Map(
    "plain" -> Seq(row()),
    "nothing" -> Nil,
    "unplaced" -> Seq(
      row("side" -> null, "line_start" -> null, "line_end" -> null),
      row("side" -> "old", "fingerprint" -> "f2"),
      row("confidence" -> null, "cwe" -> null, "suggestion" -> null, "fingerprint" -> "f3")
    ),
    "odd" -> Seq(
      row("path" -> "a b/[ä]#?%.java", "message" -> "See [x](https://x.example) {0} \u0000\u202e"),
      row("category" -> "off-by-one", "severity" -> "info", "message" -> " ", "fingerprint" -> "f2")
    ),
    "suppressed" -> Seq(
      row(),
      row(
        "fingerprint" -> "f2",
        "suppressed" -> "false-positive",
        "suppressed_by" -> "rules",
        "suppression_reason" -> "no user reaches it",
        "suppression_expires" -> "2027-06-30",
        "suppression_decided_by" -> "Ada"
      ),
      row(
        "fingerprint" -> "f3",
        "suppressed" -> "accepted",
        "suppressed_by" -> "inline",
        "suppression_reason" -> "it is a constant"
      )
    ),
    "many" -> (1 to 2000).map { i =>
      row(
        "cwe" -> s"CWE-${i % 50 + 1}",
        "fingerprint" -> s"f$i",
        "line_start" -> i,
        "line_end" -> i
      )
    }
  ).map { case (name, rows) => name -> FindingsLog.bytes("1.2.3", rows.asJava) }

  private def named(variable: String): Path =
    Path.of(sys.env.getOrElse(variable, cancel(s"$variable is not set")))

  test("logs are what the published schema allows, and what it does not is refused", OptIn) {
    val text = Files.readString(named("CODE_AUDIT_SARIF_SCHEMA"))
    val schema = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7).getSchema(text)
    for ((name, log) <- logs)
      assert(schema.validate(json.readTree(log)).asScala.toSeq === Nil, name)
    val wrong = new String(logs("plain"), "UTF-8").replace("\"level\" : \"error\"", "\"level\" : 1")
    assert(schema.validate(json.readTree(wrong)).size > 0)
  }

  test("Microsoft's validator has nothing against them, by its own rules and GitHub's", OptIn) {
    val program = named("CODE_AUDIT_SARIF_VALIDATOR")
    val folder = Files.createTempDirectory("validated")
    for ((name, log) <- logs) {
      val file = Files.write(folder.resolve(s"$name.sarif"), log)
      val found = folder.resolve(s"$name.found.sarif")
      val builder = new ProcessBuilder(
        (Seq(program.toString, "validate", file.toString, "--output", found.toString) ++
          Seq(
            "--rule-kind",
            "Sarif;Ghas",
            "--level",
            "Error;Warning",
            "--log",
            "ForceOverwrite"
          )).asJava
      ).redirectErrorStream(true)
      builder.environment().put("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "1")
      val process = builder.start()
      val said = new String(process.getInputStream.readAllBytes())
      process.waitFor()
      assert(Files.exists(found), said)
      val results = json.readTree(Files.readAllBytes(found)).at("/runs/0/results").asScala.toSeq
      val told = results
        .filterNot(_.path("ruleId").asText == "SARIF2005") // an address of the tool: it has none
        .map(result => result.path("ruleId").asText + " " + result.path("message"))
      assert(told === Nil, name)
    }
  }
}
