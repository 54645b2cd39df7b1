package org.codeaudit.review

import java.util.Optional
import java.util.concurrent._

import scala.jdk.CollectionConverters._
import org.codeaudit.generate.request.{FinishReason, Generation, GenerationRequest, NotStarted}
import org.scalatest.concurrent.Eventually
import org.scalatest.funsuite.AnyFunSuite
import org.scalatest.time.SpanSugar._

import org.codeaudit.{AuditException, ErrorClass}
import org.codeaudit.check._
import org.codeaudit.generate._
import org.codeaudit.prompt.{ChangeSplitter, Changes}
import org.codeaudit.review.Conversations._

class CheckedReviewSuite extends AnyFunSuite with Eventually {
  implicit override val patienceConfig: PatienceConfig = PatienceConfig(60.seconds, 5.millis)
  private val loaded = Conversations.loaded()
  private val ids = Seq("raw-path", "raw-query", "raw-text")

  /** One line for each check; two for raw-text. */
  private val file = code(
    "class A {",
    "  a = raw-path(name);",
    "  b = raw-query(name);",
    "  c = raw-text(name);",
    "  d = raw-text(other);",
    "}"
  )

  private def begin(
      asker: Asker,
      of: ReviewedCode = file,
      settings: CheckSettings = Checks.settings(ids: _*),
      commented: Optional[ReviewedCode] = Optional.empty(),
      calibration: CompletableFuture[Calibration] =
        CompletableFuture.completedFuture(Calibration.UNFITTED)
  ): CompletableFuture[CheckedUnit] =
    CheckedReview.begin(
      "row",
      Candidates.of(settings, of),
      commented,
      settings,
      calibration,
      loaded,
      asker
    )

  private def review(
      asker: Asker,
      of: ReviewedCode = file,
      settings: CheckSettings = Checks.settings(ids: _*)
  ): CheckedUnit = begin(asker, of, settings).get(60, TimeUnit.SECONDS)

  private def settings(most: Int, explainFrom: Double) =
    new CheckSettings(Checks.of(ids: _*), Calibration.UNFITTED, most, explainFrom, false)

  private val explanation =
    """{"message":"It breaks when called.","suggestion":"Do not call it."}"""

  test("a unit to which no check applies asks nothing and has no findings") {
    val cases = Seq(
      code("class A {", "}"),
      code("// raw-path, raw-query and raw-text, but nowhere a call"),
      code(),
      new ReviewedCode(java.util.Optional.of("go"), false, file.lines)
    )
    for (of <- cases) {
      val unit = review(Nobody, of)
      assert(unit.findings.isEmpty && unit.scores.isEmpty && unit.confidences.isEmpty)
      assert(unit.timing.promptTokens == 0 && unit.timing.generatedTokens == 0)
    }
  }

  test("what no check finds likely is scored and not followed up") {
    val asker = new Scripted({ case Question("screen", _, _) => scored(-1) })
    val unit = review(asker)
    assert(asker.asked.toSet == ids.map("screen" -> _).toSet && asker.asked.size == 3)
    assert(unit.findings.isEmpty)
    assert(unit.scores.asScala.map(_.check.id) == ids)
    for (score <- unit.scores.asScala) {
      assert(math.abs(score.unit.screen + 1) < 1e-5)
      // three quarters are what the unit leans by itself
      assert(math.abs(score.unit.left + 0.25) < 1e-5)
      assert(math.abs(score.unit.probability - 1 / (1 + math.exp(0.25))) < 1e-5)
      assert(score.line.isEmpty)
    }
  }

  test("a check with one candidate line is looked at again without asking for the line") {
    val asker = new Scripted({
      case Question("screen", "raw-query", _)  => scored(2)
      case Question("screen", _, _)            => scored(-2)
      case Question("verdict", "raw-query", _) => scored(3)
      case Question("explain", "raw-query", _) => said(explanation)
    })
    val unit = review(asker)
    assert(asker.asked.map(_._1) == Seq("screen", "screen", "screen", "verdict", "explain"))
    assert(asker.prompts("verdict").forall(_.contains("at the line `b = raw-query(name);`")))
    val Seq(finding) = unit.findings.asScala.toSeq
    assert(finding.quote == "b = raw-query(name);")
    assert(finding.message == "It breaks when called." && finding.suggestion == "Do not call it.")
    assert(finding.category == "sql-injection" && finding.severity == "high")
    // screen 2 more than the half that the unit leans to no, verdict 3, less the caution of 4.5
    assert(math.abs(unit.confidences.get(0) - 1 / (1 + math.exp(-1))) < 1e-5)
    val line = unit.scores.asScala.find(_.check.id == "raw-query").get.line.get
    assert(line.quote == finding.quote && math.abs(line.verdict.getAsDouble - 3) < 1e-5)
    assert(line.confidence == unit.confidences.get(0))
  }

  test("of several candidate lines the model copies the one it means") {
    val asker = new Scripted({
      case Question("screen", "raw-text", _)  => scored(2)
      case Question("screen", _, _)           => scored(-2)
      case Question("locate", "raw-text", _)  => said("d = raw-text(other);\n")
      case Question("verdict", "raw-text", _) => scored(-5)
    })
    val unit = review(asker)
    assert(asker.asked.map(_._1) == Seq("screen", "screen", "screen", "locate", "verdict"))
    assert(unit.findings.asScala.map(_.quote) == Seq("d = raw-text(other);"))
  }

  test("a second look that the calibration does not count is not asked") {
    val neutral = Calibration.UNFITTED
    val blind = new Calibration(
      "model",
      "questions",
      neutral.leaning,
      neutral.prior,
      neutral.askFrom,
      neutral.screen,
      new Curve(java.util.Map.of(Calibration.SCREEN, 2.0), java.util.Map.of(), -4),
      0.5
    )
    val asker = new Scripted({
      case Question("screen", "raw-query", _)  => scored(2)
      case Question("screen", _, _)            => scored(-2)
      case Question("explain", "raw-query", _) => said(explanation)
    })
    val unit =
      begin(asker, calibration = CompletableFuture.completedFuture(blind)).get(60, TimeUnit.SECONDS)
    assert(asker.asked.map(_._1) == Seq("screen", "screen", "screen", "explain"))
    val line = unit.scores.asScala.find(_.check.id == "raw-query").get.line.get
    assert(line.verdict.isEmpty && line.quote == "b = raw-query(name);")
    assert(math.abs(line.confidence - 1 / (1 + math.exp(-1))) < 1e-5)
  }

  test("a line that was not copied to its end is not followed up") {
    for (reason <- Seq(FinishReason.LENGTH, FinishReason.CONTEXT)) {
      val asker = new Scripted({
        case Question("screen", "raw-text", _) => scored(2)
        case Question("screen", _, _)          => scored(-2)
        case Question("locate", "raw-text", _) => said("d = raw-te", reason)
      })
      val unit = review(asker)
      assert(unit.findings.isEmpty && unit.scores.size == 3, reason)
    }
  }

  test("what a comment promises is in no question, and the finding has the line as it is") {
    val line = "a = rawpath(name); // reviewed, safe"
    val change = Changes.file(s"class A {\n  // harmless\n  void f() {\n    $line\n  }\n}\n")
    val promise =
      ReviewedCode.of(change, new ChangeSplitter(1000, _.length).split(change).get(0))
    val asker = new Scripted({
      case Question("screen", _, _)  => scored(2)
      case Question("verdict", _, _) => scored(5)
      case Question("explain", _, _) => said(explanation)
    })
    val unit = review(asker, promise, Checks.settings("rawpath"))
    assert(unit.findings.asScala.map(_.quote) == Seq(line))
    for (kind <- Seq("screen", "verdict", "explain"); prompt <- asker.prompts(kind))
      assert(!prompt.contains("reviewed") && !prompt.contains("// harmless"), kind)
    assert(asker.asked.size == 3)
  }

  test("where comments are compared the screen is asked about both, and what they change is told") {
    val change = Changes.file("class A {\n  a = rawpath(name); // reviewed, safe\n}\n")
    val split = new ChangeSplitter(1000, _.length).split(change).get(0)
    for ((withComments, framed) <- Seq(-4.0 -> true, 7.0 -> true, 2.5 -> false)) {
      val asker = new Scripted({
        case Question("screen", _, prompt) =>
          scored(if (prompt.contains("reviewed, safe")) withComments else 2)
        case Question("verdict", _, prompt) =>
          assert(!prompt.contains("reviewed"))
          scored(5)
      })
      val unit = begin(
        asker,
        ReviewedCode.of(change, split),
        new CheckSettings(Checks.of("rawpath"), Calibration.UNFITTED, 3, 1.1, false),
        Optional.of(ReviewedCode.withComments(change, split))
      ).get(60, TimeUnit.SECONDS)
      val Seq(score) = unit.scores.asScala.toSeq
      assert(math.abs(score.unit.screen - 2) < 1e-5 && unit.framed == framed, withComments)
      // of one check half goes to the leaning of the unit
      assert(math.abs(score.unit.shift.getAsDouble - (withComments - 2) / 2) < 1e-5)
      assert(asker.prompts("screen").size == 2)
    }
    val Seq(plain) = review(new Scripted({ case _ => scored(-9) })).scores.asScala.toSeq.take(1)
    assert(plain.unit.shift.isEmpty && !plain.framed)
  }

  test("no more checks are followed up than the settings say, the likeliest first") {
    val scores = Map("raw-path" -> 1.0, "raw-query" -> 3.0, "raw-text" -> 2.0)
    for (
      (most, expected) <- Seq(0 -> Nil, 1 -> Seq("raw-query"), 2 -> Seq("raw-query", "raw-text"))
    ) {
      val asker = new Scripted({
        case Question("screen", check, _) => scored(scores(check))
        case Question("locate", _, _)     => said("c = raw-text(name);\n")
        case Question("verdict", _, _)    => scored(0)
      })
      val unit = review(asker, settings = settings(most, explainFrom = 1.1))
      assert(asker.asked.collect { case ("verdict", check) => check }.toSet == expected.toSet)
      assert(unit.findings.size == most && unit.scores.size == 3)
    }
  }

  test("findings come with the most confident first, each with its confidence") {
    val asker = new Scripted({
      case Question("screen", _, _)            => scored(1)
      case Question("locate", _, _)            => said("c = raw-text(name);\n")
      case Question("verdict", "raw-path", _)  => scored(-1)
      case Question("verdict", "raw-query", _) => scored(4)
      case Question("verdict", "raw-text", _)  => scored(2)
    })
    val unit = review(asker, settings = settings(3, explainFrom = 1.1))
    val called = unit.findings.asScala.map(_.quote.replaceAll(".*(raw-\\w+).*", "$1"))
    assert(called == Seq("raw-query", "raw-text", "raw-path"))
    val confidences = unit.confidences.asScala.map(_.doubleValue)
    assert(confidences == confidences.sorted.reverse && confidences.distinct.size == 3)
  }

  test("an explanation is asked for from a confidence on, below it the check's words stand") {
    // screen 2.5, see above, and verdict 2 less 4.5: a confidence of exactly a half
    for ((from, explained) <- Seq(0.49 -> true, 0.51 -> false)) {
      val asker = new Scripted({
        case Question("screen", "raw-path", _)      => scored(2)
        case Question("screen", _, _)               => scored(-2)
        case Question("verdict", _, _)              => scored(2)
        case Question("explain", _, _) if explained => said(explanation)
      })
      val Seq(finding) = review(asker, settings = settings(3, from)).findings.asScala.toSeq
      val expected =
        if (explained) ("It breaks when called.", "Do not call it.")
        else ("There is raw-path.", "Mend raw-path.")
      assert((finding.message, finding.suggestion) == expected)
    }
  }

  test("where the model finds no words the check's stand") {
    for (
      (answer, message, suggestion) <- Seq(
        ("""{"message":"It br""", "There is raw-path.", "Mend raw-path."),
        ("""{"message":" ","suggestion":""}""", "There is raw-path.", "Mend raw-path."),
        (
          """{"message":"It breaks when called.","suggestion":""}""",
          "It breaks when called.",
          "Mend raw-path."
        ),
        ("", "There is raw-path.", "Mend raw-path.")
      )
    ) {
      val asker = new Scripted({
        case Question("screen", "raw-path", _) => scored(2)
        case Question("screen", _, _)          => scored(-2)
        case Question("verdict", _, _)         => scored(5)
        case Question("explain", _, _)         => said(answer)
      })
      val Seq(finding) = review(asker).findings.asScala.toSeq
      assert((finding.message, finding.suggestion) == ((message, suggestion)), answer)
    }
  }

  test("all questions about a unit begin with the same text, and the row's key is theirs") {
    val asker = new Scripted({
      case Question("screen", _, _)  => scored(2)
      case Question("locate", _, _)  => said("c = raw-text(name);\n")
      case Question("verdict", _, _) => scored(5)
      case Question("explain", _, _) => said(explanation)
    })
    review(asker)
    val shown = loaded.tokenizer.decode(loaded.chat.encode(CheckedReview.shown(file), false))
    for (kind <- Seq("screen", "locate", "verdict", "explain")) {
      assert(asker.prompts(kind).nonEmpty)
      assert(asker.prompts(kind).forall(_.startsWith(shown)), kind)
    }
    assert(shown.contains("```java\n" + file.text + "```"))
    assert(asker.requests.forall(request => request.key == "row" && request.sampling.greedy))
  }

  test("the time and the tokens of a unit are those of all its questions") {
    val asker = new Pending("screen", "verdict", "explain")({ case _ if false => scored(0) })
    val unit = begin(asker, code("a = raw-path(name);"), Checks.settings("raw-path"))
    // answered as an engine does: later, by a thread of its own
    for ((answer, i) <- Seq(scored(2), scored(6), said(explanation)).zipWithIndex) {
      eventually(assert(asker.futures.size == i + 1))
      asker.futures(i).complete(answer)
    }
    val timing = unit.get(60, TimeUnit.SECONDS).timing
    assert(timing.promptTokens == 60 && timing.generatedTokens == 12)
    assert(timing.cachedTokens == 9 && timing.forcedTokens == 6)
    assert(timing.draftTokensAccepted == 3 && timing.meanBatchSize == 2)
    assert(timing.prefillNanos == 30 && timing.decodeNanos == 300)
    assert(timing.queuedNanos == 1 && timing.firstTokenNanos == 5)
  }

  test("a question that fails ends the unit with its reason, and the others are withdrawn") {
    val reasons =
      Seq(new AuditException(ErrorClass.CHAT_INVALID, "a", "b", "c"), new NotStarted("row"))
    for (reason <- reasons; kind <- Seq("screen", "locate", "verdict", "explain")) {
      val asker = new Pending(kind)({
        case Question("screen", _, _)  => scored(2)
        case Question("locate", _, _)  => said("c = raw-text(name);\n")
        case Question("verdict", _, _) => scored(5)
        case Question("explain", _, _) => said(explanation)
      })
      val unit = begin(asker)
      val count = if (kind == "locate") 1 else 3
      eventually(assert(asker.futures.size == count))
      asker.futures.last.completeExceptionally(reason)
      val failure = intercept[ExecutionException](unit.get(60, TimeUnit.SECONDS))
      assert(failure.getCause eq reason)
      // as who waits for it is told
      val told = new CompletableFuture[Throwable]
      unit.whenComplete((_, found) => told.complete(found))
      assert(told.get() eq reason)
      eventually(assert(asker.futures.init.forall(_.isCancelled)))
    }
  }

  test("a calibration that cannot be made fails the unit with its reason") {
    val reason = new AuditException(ErrorClass.CHAT_INVALID, "a", "b", "c")
    val asker = new Scripted({ case Question("screen", _, _) => scored(-1) })
    val unit = begin(asker, calibration = CompletableFuture.failedFuture(reason))
    assert(intercept[ExecutionException](unit.get(60, TimeUnit.SECONDS)).getCause eq reason)
  }

  test("scores wait for the calibration") {
    val calibration = new CompletableFuture[Calibration]
    val asker = new Scripted({ case Question("screen", _, _) => scored(2) })
    val unit = begin(asker, calibration = calibration)
    assert(!unit.isDone && asker.asked.size == 3)
    calibration.complete(Calibration.neutral(ids.map(_ -> Double.box(5)).toMap.asJava))
    assert(unit.get(60, TimeUnit.SECONDS).findings.isEmpty)
  }

  test("who cancels the unit withdraws all that is asked, and what would follow") {
    val asker = new Pending("screen")({ case _ if false => scored(0) })
    val unit = begin(asker)
    unit.cancel(true)
    assert(asker.futures.size == 3 && asker.futures.forall(_.isCancelled))

    val later = new Pending("verdict")({
      case Question("screen", _, _) => scored(2)
      case Question("locate", _, _) => said("c = raw-text(name);\n")
    })
    val second = begin(later)
    eventually(assert(later.futures.size == 3))
    second.cancel(true)
    // One that is asked at this moment is withdrawn right after.
    eventually(assert(later.futures.forall(_.isCancelled)))
    assert(second.isCancelled && !later.asked.exists(_._1 == "explain"))
  }

  test("a question that is asked of a unit already withdrawn is withdrawn too") {
    val asked = new CompletableFuture[Generation]
    val conversation = new Conversation[String](_ => asked)
    conversation.result.cancel(true)
    val request = new GenerationRequest(
      "row",
      Array(1),
      1,
      org.codeaudit.model.SamplingSettings.GREEDY,
      java.util.Set.of(),
      java.util.List.of(),
      java.util.Optional.empty()
    )
    val question = conversation.ask(request)
    assert(asked.isCancelled && question.isCompletedExceptionally)
  }

  test("the version is that of the checks and the wording") {
    val checks = Checks.of(ids: _*)
    assert(CheckedReview.version(checks).startsWith(checks.version + "-"))
  }

  test("the room beside the code holds the longest question, a line and an answer") {
    val tokens = (messages: java.util.List[org.codeaudit.token.ChatMessage]) =>
      loaded.chat.encode(messages, false).length
    def overhead(of: String*) = new QuestionTokens(Checks.of(of: _*).checks, tokens(_)).overhead
    val asker = new Scripted({
      case Question("screen", _, _)  => scored(2)
      case Question("locate", _, _)  => said("c = raw-text(name);\n")
      case Question("verdict", _, _) => scored(5)
      case Question("explain", _, _) => said(explanation)
    })
    review(asker)
    val most = asker.requests.map(request => request.prompt.length + request.maxNewTokens).max
    assert(overhead(ids: _*) >= most - file.text.length)
    assert(overhead("raw-path", "raw-query-with-a-long-name") > overhead("raw-path"))
  }
}
