package org.codeaudit.review
import java.util.concurrent.{CompletableFuture, ExecutionException, TimeUnit}

import scala.jdk.CollectionConverters._

import org.scalatest.funsuite.AnyFunSuite

import org.codeaudit.{AuditException, ErrorClass}
import org.codeaudit.check._
import org.codeaudit.generate.request.Generation
import org.codeaudit.generate.LoadedModel
import org.codeaudit.review.Conversations._

class NeutralScoresSuite extends AnyFunSuite {
  private val ids = Seq("raw-path", "raw-query", "raw-text")
  private val leaning = Map("raw-path" -> 1.0, "raw-query" -> -2.0, "raw-text" -> 0.5)

  private def asker() = new Scripted({ case Question("screen", check, _) =>
    scored(leaning(check))
  })

  private val settings = Checks.settings(ids: _*)

  private def of(loaded: LoadedModel, asker: Asker, of: Seq[String] = ids): Calibration =
    NeutralScores
      .of(settings, settings.checks.only(of.asJava).checks, loaded, asker)
      .get(60, TimeUnit.SECONDS)

  private def usual(calibration: Calibration, check: String): Double =
    calibration.leaning.usual.get(check)

  test("every check is asked about code without content, once for each model") {
    val (first, second) = (loaded(), loaded())
    val asked = asker()
    val calibration = of(first, asked)
    assert(asked.asked.sorted == ids.map("screen" -> _))
    assert(asked.prompts("screen").forall(_.contains("```\nN/A\n```")))
    for (check <- ids) assert(math.abs(usual(calibration, check) - leaning(check)) < 1e-5)
    assert(of(first, Nobody) == calibration)
    val other = asker()
    of(second, other)
    assert(other.asked.size == 3)
  }

  test("a check is asked when it is needed first") {
    val model = loaded()
    of(model, asker(), Seq("raw-path"))
    val rest = asker()
    val all = of(model, rest)
    assert(rest.asked.sorted == Seq("screen" -> "raw-query", "screen" -> "raw-text"))
    for (check <- ids) assert(math.abs(usual(all, check) - leaning(check)) < 1e-5, check)
  }

  test("a failure is told, and the next who needs the scores asks again") {
    val model = loaded()
    val reason = new AuditException(ErrorClass.CHAT_INVALID, "a", "b", "c")
    val failing: Asker = _ => CompletableFuture.failedFuture[Generation](reason)
    val failure = intercept[ExecutionException](of(model, failing))
    assert(failure.getCause eq reason)
    assert(of(model, asker()).leaning.usual.size == 3)
  }

  test("who waits and is cancelled does not cancel the scores for the others") {
    val model = loaded()
    val open = new Pending("screen")({ case _ if false => scored(0) })
    val impatient = NeutralScores.of(settings, settings.checks.checks, model, open)
    val patient = NeutralScores.of(settings, settings.checks.checks, model, Nobody)
    impatient.cancel(true)
    assert(open.futures.size == 3 && open.futures.forall(!_.isDone))
    open.futures.foreach(_.complete(scored(1)))
    assert(patient.get(60, TimeUnit.SECONDS).leaning.usual.size == 3)
  }
}
