package org.codeaudit.job.triage
import java.nio.file.{Files, Path}
import java.util.{OptionalDouble, OptionalInt}

import scala.jdk.CollectionConverters._

import com.fasterxml.jackson.databind.node.ObjectNode
import com.fasterxml.jackson.databind.{JsonNode, ObjectMapper}
import org.apache.hadoop.conf.Configuration
import org.codeaudit.AuditException
import org.codeaudit.job.sarif.{SarifFile, SarifLog}
import org.scalatest.funsuite.AnyFunSuite

class TriagedLogSuite extends AnyFunSuite {
  private val json = new ObjectMapper()

  private def verdict(kind: Verdict.Kind) =
    new Verdict(kind, OptionalDouble.of(0.25), "It is so.", OptionalInt.of(7))

  private def triaged(file: Path, verdicts: Verdict*): JsonNode =
    json.readTree(bytes(file, verdicts))

  private def bytes(file: Path, verdicts: Seq[Verdict]): Array[Byte] = {
    val log = SarifLog.read(file)
    val triaged = new TriagedLog(log)
    assert(log.entries.size === verdicts.size)
    log.entries.asScala.zip(verdicts).foreach { case (entry, v) => triaged.add(entry, v) }
    triaged.bytes()
  }

  private val (yes, no) =
    (verdict(Verdict.Kind.TRUE_POSITIVE), verdict(Verdict.Kind.FALSE_POSITIVE))
  private val open = Verdict.notJudged("nobody knows")

  private def log(results: String*): Path = Logs.write(Logs.text(Logs.run(results)))

  test("every result gets its verdict, and a false one a suppression that awaits review") {
    val one = Logs.result("r", Logs.at("A.java", 7))
    val results = triaged(log(one, one, one), yes, no, open).at("/runs/0/results")
    val own = results.asScala.map(_.at("/properties/codeAudit")).toSeq
    assert(
      own.map(_.path("verdict").asText) === Seq("true positive", "false positive", "not judged")
    )
    assert(own.head.path("confidence").asDouble === 0.25 && own.head.path("line").asInt === 7)
    assert(own.map(_.path("reason").asText).last === "Nobody knows.")
    assert(!own.last.has("confidence") && !own.last.has("line"))
    val suppressions = results.asScala.map(_.path("suppressions")).toSeq
    // all results of a run have suppressions, or none
    assert(suppressions.map(s => (s.isArray, s.size)) === Seq((true, 0), (true, 1), (true, 0)))
    val suppression = suppressions(1).path(0)
    assert(suppression.path("kind").asText === "external")
    assert(suppression.path("status").asText === "underReview")
    assert(suppression.path("justification").asText === "It is so.")
  }

  test("without a false one no result has suppressions it had not, also in another run") {
    val one = Logs.result("r", Logs.at("A.java", 7))
    val file = Logs.write(Logs.text(Logs.run(Seq(one, one)), Logs.run(Seq(one))))
    val runs = triaged(file, yes, open, no).path("runs")
    assert(runs.path(0).path("results").asScala.forall(!_.has("suppressions")))
    assert(runs.at("/1/results/0/suppressions").size === 1)
  }

  test("nothing that was there is taken away or changed") {
    val odd = """{"ruleId":"r","message":{"text":"a\u0000\u2028\\ud83d"},"rank":1.10,"big":1e400,
      "int":123456789012345678901234567890,"properties":{"tags":["x"],"z":{"codeAudit":1}},
      "suppressions":[{"kind":"external","status":"rejected"}],"fingerprints":{"a/v1":"b"}}"""
      .replace("\u0000", "")
    val text = Logs.text(Logs.run(Seq(odd, "7", odd), more = ""","columnKind":"utf16CodeUnits""""))
    val file = Logs.write("\ufeff" + text)
    val written = new String(bytes(file, Seq(no, yes)), "UTF-8")
    for (number <- Seq("1.10", "1E+400", "123456789012345678901234567890")) {
      assert(written.contains(number))
    }
    val back = SarifLog.read(Logs.write(written)).tree
    for (result <- back.at("/runs/0/results").asScala.collect { case node: ObjectNode => node }) {
      result.path("properties").asInstanceOf[ObjectNode].remove("codeAudit")
      val suppressions = result.withArray[JsonNode]("suppressions")
      while (suppressions.size > 1)
        suppressions.asInstanceOf[com.fasterxml.jackson.databind.node.ArrayNode].remove(1)
    }
    assert(back === SarifLog.read(file).tree)
    assert(back.fieldNames.asScala.toSeq === Seq("$schema", "version", "runs", "properties"))
  }

  test("a log that comes again has each suppression once, and the latest verdict") {
    val first = Logs.write(new String(bytes(log(Logs.result("r", "")), Seq(no)), "UTF-8"))
    val again = triaged(first, no).at("/runs/0/results/0")
    assert(again.path("suppressions").size === 1)
    val other = triaged(first, yes).at("/runs/0/results/0")
    assert(other.at("/properties/codeAudit/verdict").asText === "true positive")
    assert(other.path("suppressions").size === 1)
  }

  test("properties that are no object are left as they are") {
    val result = """{"message":{"text":"m"},"properties":[1]}"""
    assert(triaged(log(result), yes).at("/runs/0/results/0/properties/0").asInt === 1)
  }

  test("a log goes beside the tables, several after their names, and none over what was read") {
    val inputs = Seq("/a/x.sarif", "/b/x.sarif", "/b/y.sarif.json", "/b/z.json").map(Path.of(_))
    def paths(some: Seq[Path], target: String = null) =
      LogFiles.of(some.asJava, "out", target).asScala.toSeq
    assert(paths(inputs.take(1)) === Seq("out/triage.sarif"))
    assert(paths(inputs.take(1), "own.sarif") === Seq("own.sarif"))
    val names =
      Seq("triage-x.sarif", "triage-x-2.sarif", "triage-y.sarif", "triage-z.sarif")
    assert(paths(inputs) === names.map("out/" + _))
    assert(paths(inputs, "hdfs://h/logs") === names.map("hdfs://h/logs/" + _))
    for (same <- Seq("/a/x.sarif", "/a/../a/x.sarif", "file:///a/x.sarif", "file:/a/x.sarif")) {
      val error = intercept[AuditException](paths(inputs.take(1), same))
      assert(error.errorClass.name === "OPTION" && error.getMessage.contains("--sarif-out"), same)
    }
  }

  test("a log that was read is not replaced through a link either") {
    val input = Logs.write("{}")
    val link = Files.createSymbolicLink(input.resolveSibling("link.sarif"), input)
    val error =
      intercept[AuditException](LogFiles.of(java.util.List.of(input), "out", link.toString))
    assert(error.errorClass.name === "OPTION")
  }

  test("a log is written with its folders and without files beside it") {
    val folder = Files.createTempDirectory("written")
    val path = folder.resolve("a/b.sarif")
    for (text <- Seq("first", "second")) {
      SarifFile.write(text.getBytes, path.toString, new Configuration())
      assert(Files.readString(path) === text)
    }
    assert(path.getParent.toFile.list.toSeq === Seq("b.sarif"))
    val blocked = intercept[AuditException](
      SarifFile.write(Array(), path.resolve("c.sarif").toString, new Configuration())
    )
    assert(blocked.errorClass.name === "SARIF_UNWRITABLE")
  }
}
