package org.codeaudit.review
import java.util.concurrent.{CompletableFuture, TimeUnit}

import org.scalatest.funsuite.AnyFunSuite

import org.codeaudit.check._
import org.codeaudit.review.Conversations._

class QuestionTokensSuite extends AnyFunSuite {
  private val loaded = Conversations.loaded()
  private val ids = Seq("raw-path", "raw-query")

  private def counted(of: ReviewedCode, settings: CheckSettings): Int =
    new QuestionTokens(
      settings.checks.checks,
      messages => loaded.chat.encode(messages, false).length
    ).prompts(settings, of)

  private def settings(most: Int) =
    new CheckSettings(Checks.of(ids: _*), Calibration.UNFITTED, most, 1.1, false)

  test("what is counted before is nearly what is asked then") {
    val of = code("a = raw-path(x);", "b = raw-path(y);", "c = raw-query(x);", "d = raw-query(y);")
    for (most <- Seq(0, 2)) {
      val asker = new Scripted({
        case Question("screen", _, _)          => scored(2)
        case Question("locate", "raw-path", _) => said("a = raw-path(x);\n")
        case Question("locate", _, _)          => said("c = raw-query(x);\n")
        case Question("verdict", _, _)         => scored(0)
      })
      CheckedReview
        .begin(
          "row",
          Candidates.of(settings(most), of),
          java.util.Optional.empty(),
          settings(most),
          CompletableFuture.completedFuture(Calibration.UNFITTED),
          loaded,
          asker
        )
        .get(60, TimeUnit.SECONDS)
      val asked = asker.requests.map(_.prompt.length).sum
      val before = counted(of, settings(most))
      assert(math.abs(before - asked) <= 0.1 * asked, s"$before counted, $asked asked")
    }
  }

  test("of code to which no check applies nothing is asked") {
    assert(counted(code("nothing"), settings(2)) == 0)
  }
}
