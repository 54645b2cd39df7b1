package org.codeaudit.review
import java.io.{ByteArrayInputStream, ByteArrayOutputStream, ObjectInputStream, ObjectOutputStream}
import java.util.Optional
import java.util.concurrent.{CompletableFuture, TimeUnit}

import scala.jdk.CollectionConverters._

import org.scalatest.funsuite.AnyFunSuite

import org.codeaudit.check._
import org.codeaudit.finding.{AnchorStatus, FindingAssembler}
import org.codeaudit.prompt.{ChangeSplitter, Changes, Unit => CodeUnit}
import org.codeaudit.review.Conversations._

class ClaimsSuite extends AnyFunSuite {
  private val loaded = Conversations.loaded()

  private def claim(id: String, check: Check, from: Int, to: Int): Claim =
    new Claim(id, "tool", "rule", check, from, to)

  private def unit(lines: String*): (ReviewedCode, CodeUnit) = {
    val file = Changes.file(lines.mkString("", "\n", "\n"))
    val unit = new ChangeSplitter(100000, _.length).split(file).get(0)
    (ReviewedCode.of(file, unit), unit)
  }

  private def judge(asker: Asker, code: ReviewedCode, claims: Claim*): CheckedUnit = {
    val settings = Checks.settings("run", "other")
    val candidates = Candidates.claimed(settings, code, claims.asJava)
    val calibration = CompletableFuture.completedFuture(Calibration.UNFITTED)
    CheckedReview
      .begin("row", candidates, Optional.empty(), settings, calibration, loaded, asker)
      .get(60, TimeUnit.SECONDS)
  }

  private val twice = unit("class A {", "  run(a);", "  b = 1;", "  run(a);", "}")

  test("every claim is looked at, however unlikely, and no line is located") {
    val (code, _) = twice
    val asker = new Scripted({
      case Question("screen", _, _)  => scored(-4)
      case Question("verdict", _, _) => scored(-1)
    })
    val (run, other) = (Checks.check("run"), Checks.check("other"))
    val judged =
      judge(asker, code, claim("1", run, 2, 2), claim("2", other, 2, 2), claim("3", run, 4, 4))
    // one question about the unit for each check, a second look for each claim
    assert(asker.asked.count(_._1 == "screen") === 2)
    assert(asker.asked.count(_._1 == "verdict") === 3 && asker.asked.size === 5)
    assert(judged.scores.asScala.map(_.line.get.report.get.id) === Seq("1", "2", "3"))
    assert(judged.findings.asScala.map(_.report.get.id).toSet === Set("1", "2", "3"))
    assert(judged.findings.asScala.forall(_.quote == "run(a);"))
  }

  test("each claim has a finding at its own line, also where lines and checks are alike") {
    val (code, unit) = twice
    val asker = new Scripted({ case _ => scored(-1) })
    val run = Checks.check("run")
    val judged =
      judge(asker, code, claim("1", run, 4, 4), claim("2", run, 2, 2), claim("3", run, 2, 2))
    val findings =
      new FindingAssembler("A.java", "row", unit).assemble(judged.findings, judged.confidence(_))
    val lines = findings.asScala.map(f => f.report.get.id -> f.lineStart.getAsInt).toMap
    assert(lines === Map("1" -> 4, "2" -> 2, "3" -> 2))
    assert(findings.asScala.forall(_.anchorStatus == AnchorStatus.EXACT))
    assert(findings.asScala.map(_.findingId).distinct.size === 3)
    assert(findings.asScala.map(_.fingerprint).distinct.size === 3)
  }

  test("claims of checks with one id ask the same of the unit and their own of a line") {
    val (code, _) = twice
    def saying(message: String) = {
      val check = Checks.check("run")
      new Check(
        check.id,
        check.category,
        check.cwe,
        check.languages,
        check.onRequest,
        check.severity,
        check.question,
        check.counts,
        check.harmless,
        check.where,
        check.unless,
        check.needs,
        check.absent,
        check.signs,
        check.taint,
        message,
        check.suggestion,
        check.defect,
        check.clean
      )
    }
    val asker = new Scripted({ case _ => scored(-1) })
    judge(asker, code, claim("1", saying("One."), 2, 2), claim("2", saying("Two."), 2, 2))
    assert(asker.prompts("screen").size === 1)
    val looks = asker.prompts("verdict")
    assert(looks.exists(_.contains(": One. It is")) && looks.exists(_.contains(": Two. It is")))
  }

  test("only what holds is explained") {
    val (code, _) = twice
    val said =
      Conversations.said("""{"message":"It breaks when called.","suggestion":"Do not call it."}""")
    val asker = new Scripted({
      case Question("explain", _, _)     => said
      case Question("verdict", "run", _) => scored(9)
      case Question("verdict", _, _)     => scored(-9)
      case Question("screen", _, _)      => scored(0)
    })
    val judged = judge(
      asker,
      code,
      claim("1", Checks.check("run"), 2, 2),
      claim("2", Checks.check("other"), 2, 2)
    )
    assert(
      judged.findings.asScala.map(_.message) === Seq("It breaks when called.", "There is other.")
    )
    assert(asker.prompts("explain").size === 1)
  }

  test("without a claim in it a unit asks nothing") {
    val (code, _) = twice
    val judged = judge(Nobody, code, claim("1", Checks.check("run"), 40, 50))
    assert(judged.findings.isEmpty && judged.scores.isEmpty)
    assert(judge(Nobody, code).timing.promptTokens === 0)
  }

  test("a claim is judged at the first line of its region that can be quoted") {
    val (code, _) = unit(
      "class A {",
      "",
      "  // run(it)",
      "  run(a); // so",
      "  {",
      "  other(b);",
      "  }",
      "}"
    )
    val table = Seq(
      (4, 4) -> Some("run(a);"),
      (2, 4) -> Some("run(a);"),
      (3, 6) -> Some("run(a);"),
      (5, 6) -> Some("other(b);"),
      (6, 6) -> Some("other(b);"),
      (2, 3) -> None, // blank, and a comment
      (7, 8) -> None, // brackets
      (9, 12) -> None
    )
    for (((from, to), line) <- table) {
      val place = code.firstQuotable(from, to)
      val found = if (place.isPresent) Some(code.lines.get(place.getAsInt).text.strip) else None
      assert(found === line, (from, to))
    }
  }

  test("a claim that a parser rules out is judged, and the model is told") {
    val taint = "taint:\n  sources: [inbox]\n"
    val checks = CheckSet.of(Map("run.yaml" -> (Checks.text("run") + taint)).asJava)
    val check = checks.checks.get(0)
    val (code, _) = unit(
      "class A { void f(String given) {",
      "  run(inbox.take());",
      "  run(given);",
      "  run(\"ls\");",
      "} }"
    )
    def settings(evidence: Boolean) =
      new CheckSettings(checks, Calibration.UNFITTED, 3, 2, evidence)
    for (
      (line, observed, told) <- Seq((2, 1.0, "inbox"), (3, 0.5, "given"), (4, -1.0, "no value"))
    ) {
      val claims = Seq(claim("1", check, line, line)).asJava
      val Seq(found) = Candidates.claimed(settings(true), code, claims).claimed.asScala.toSeq
      assert(found.clues.flow === observed && found.clues.told.contains(told))
      val Seq(unknown) = Candidates.claimed(settings(false), code, claims).claimed.asScala.toSeq
      assert(unknown.clues === Clues.NONE)
    }
    val asker = new Scripted({ case _ => scored(1) })
    val candidates =
      Candidates.claimed(settings(true), code, Seq(claim("1", check, 4, 4)).asJava)
    val calibration = CompletableFuture.completedFuture(Calibration.UNFITTED)
    val judged = CheckedReview
      .begin("row", candidates, Optional.empty(), settings(true), calibration, loaded, asker)
      .get(60, TimeUnit.SECONDS)
    assert(asker.prompts("verdict").head.contains("no value from outside reaches that line. Is"))
    assert(judged.scores.get(0).line.get.flow === -1)
    // half of screen 1, verdict 1 and flow -1, less the caution of 4.5
    assert(math.abs(judged.confidences.get(0) - 1 / (1 + math.exp(4))) < 1e-5)
  }

  test("claims travel to executors, and their key is made of all that decides an answer") {
    val (run, other) = (Checks.check("run"), Checks.check("other"))
    val claims = Claims.of(
      Map(
        "b" -> Seq(claim("1", run, 2, 2)).asJava,
        "a" -> Seq(claim("2", other, 1, 3)).asJava
      ).asJava
    )
    val bytes = new ByteArrayOutputStream
    new ObjectOutputStream(bytes).writeObject(claims)
    val read = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray)).readObject
    val back = read.asInstanceOf[Claims]
    assert(back.present && back.of("a").size === 1 && back.of("c").isEmpty)
    assert(Claims.key(back.of("b")) === Claims.key(claims.of("b")))
    assert(!Claims.NONE.present && Claims.of(java.util.Map.of()).present)
    val keys = Seq(
      claim("1", run, 2, 2),
      claim("3", run, 2, 2),
      claim("1", other, 2, 2),
      claim("1", run, 1, 2),
      claim("1", run, 2, 3)
    ).map(one => Claims.key(Seq(one).asJava))
    assert(keys.distinct.size === keys.size)
  }
}
