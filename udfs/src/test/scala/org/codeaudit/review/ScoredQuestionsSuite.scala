package org.codeaudit.review

import java.nio.file.Files
import java.util.Optional
import java.util.concurrent.TimeUnit

import scala.jdk.CollectionConverters._

import org.scalatest.funsuite.AnyFunSuite

import org.codeaudit.change.Line
import org.codeaudit.check.CheckSet
import org.codeaudit.generate.{Engine, EngineSettings, LoadedModel}
import org.codeaudit.generate.request.GenerationRequest
import org.codeaudit.generate.grammar.{ExplanationGrammar, FindingsLimits}
import org.codeaudit.model.torch.Golden
import org.codeaudit.model.{Arithmetic, ModelSettings, Precision}
import org.codeaudit.prompt.UnitLine
import org.codeaudit.udf.setting.CheckpointLoader

/** A score is one of the question and not of what is asked beside it. */
class ScoredQuestionsSuite extends AnyFunSuite {

  /** By how much scores may differ where sums are added in another order. */
  private val bound = 1e-4

  private val checks = CheckSet.bundled().checks.asScala.toSeq.take(9)
  private val units = Seq("parser.rs", "ring.c").map { name =>
    val lines = Files.readString(Golden.root.resolve("corpus").resolve(name)).linesIterator
    new ReviewedCode(
      Optional.of(name.substring(name.indexOf('.') + 1)),
      false,
      lines
        .filterNot(_.isBlank)
        .take(8)
        .zipWithIndex
        .map { case (text, i) =>
          new ReviewedCode.Shown(new UnitLine(Line.Kind.CONTEXT, text, 0, i + 1, true, ""), text)
        }
        .toSeq
        .asJava
    )
  }

  private def withEngine[T](
      name: String,
      precision: Precision,
      settings: EngineSettings
  )(use: Engine => T): T = {
    val model = new ModelSettings(Golden.path(name).toString, precision, 20000, 1)
      .`with`(Arithmetic.EXACT)
    val engine = Engine.load(() => new CheckpointLoader().load(model, settings), settings)
    try use(engine)
    finally engine.close()
  }

  private def questions(requests: Requests): Seq[(String, GenerationRequest)] =
    for ((unit, i) <- units.zipWithIndex; check <- checks) yield {
      val messages = new CheckPrompts(unit).screen(check)
      s"$i/${check.id}" -> requests.yesOrNo("row", messages)
    }

  /** Answers of some length, so that a batch holds prompts, scores and texts. */
  private def texts(loaded: LoadedModel, requests: Requests): Seq[GenerationRequest] =
    units.map { unit =>
      val limits = new FindingsLimits(1, 99, 40, 20)
      requests.request(
        "row",
        new CheckPrompts(unit).unit(),
        60,
        ExplanationGrammar.create(loaded.tokenizer, limits)
      )
    }

  private def alone(engine: Engine): Map[String, Double] = {
    val requests = new Requests(engine.loaded)
    questions(requests).map { case (name, request) =>
      name -> requests.score(engine.submit(request).get(60, TimeUnit.SECONDS))
    }.toMap
  }

  private def together(engine: Engine): Map[String, Double] = {
    val requests = new Requests(engine.loaded)
    val (before, after) = texts(engine.loaded, requests).map(engine.submit).splitAt(1)
    val asked = questions(requests).map { case (name, request) => name -> engine.submit(request) }
    val scores = asked.map { case (name, answer) =>
      name -> requests.score(answer.get(60, TimeUnit.SECONDS))
    }.toMap
    (before ++ after).foreach(_.get(60, TimeUnit.SECONDS))
    scores
  }

  for (
    (name, precision) <- Seq(
      "qwen2-tiny" -> Precision.F32,
      "mistral-tiny" -> Precision.F32,
      "qwen3-tiny" -> Precision.F32,
      "qwen3-tiny" -> Precision.BF16,
      "qwen3-next-tiny" -> Precision.F32
    )
  ) test(s"$name in $precision scores a question alike alone and in any batch, shared or not") {
    val expected =
      withEngine(name, precision, new EngineSettings(1, 512, 8, false, 0))(alone)
    assert(expected.values.toSet.size > checks.size, "questions that are all alike show nothing")
    var largest = 0.0
    for (
      shares <- Seq(false, true);
      (batch, step) <- Seq((16, 512), (5, 61))
    ) {
      // and once more, when what can be kept of the units is there
      val found = withEngine(name, precision, new EngineSettings(batch, step, 16, shares)) {
        engine => Seq(together(engine), together(engine))
      }
      assert(found.forall(_.keySet == expected.keySet))
      for (scores <- found; (question, score) <- scores) {
        val difference = math.abs(score - expected(question))
        assert(difference <= bound, s"$question, sharing $shares, batch $batch, step $step")
        largest = math.max(largest, difference)
      }
    }
    info(s"the largest difference is $largest")
  }
}
