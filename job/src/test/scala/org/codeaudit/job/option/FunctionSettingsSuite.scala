package org.codeaudit.job.option

import org.apache.spark.ml.param.Params
import org.codeaudit.job.ml.{CodeReviewer, TextGenerator}
import org.scalatest.funsuite.AnyFunSuite
import picocli.CommandLine
import picocli.CommandLine.Command
import picocli.CommandLine.Model.OptionSpec

import scala.jdk.CollectionConverters._

/** What can be said in SQL and in Spark ML, held against the options of the commands. */
class FunctionSettingsSuite extends AnyFunSuite {
  @Command private class Everything {
    @CommandLine.Mixin
    val answer: AnswerOptions = new AnswerOptions
    @CommandLine.Mixin
    val review: ReviewOptions = new ReviewOptions
  }

  private val options: Map[String, OptionSpec] =
    new CommandLine(new Everything).getCommandSpec.options.asScala
      .map(option => option.longestName -> option)
      .toMap

  /** Of the commands alone, and why. */
  private val notInQueries = Map(
    "--require-gpu" -> "the setting device says it",
    "--checks" -> "folders of the driver's machine; a query takes what the jar carries",
    "--only-checks" -> "a query filters the findings by their check",
    "--follow-up" -> "for those who measure checks",
    "--explain-from" -> "for those who measure checks",
    "--calibration" -> "for those who measure checks",
    "--uncalibrated" -> "for those who measure checks",
    "--no-evidence" -> "for those who measure checks",
    "--ask-all" -> "for those who measure checks",
    "--compare-comments" -> "for those who measure checks"
  )

  private def option(setting: String): String =
    "--" + setting.replaceAll("([A-Z])", "-$1").toLowerCase

  private val sampling =
    Set("temperature", "topK", "topP", "repetitionPenalty", "seed", "stop")

  test("every option of a review is a setting of queries, or it is said why not") {
    val settings = FunctionSettings.NAMES.asScala.toSet -- sampling
    assert(settings.map(option).diff(options.keySet) == Set.empty)
    assert(options.keySet -- settings.map(option) == notInQueries.keySet)
  }

  test("a setting has the default of its option") {
    val read = FunctionSettings.of("", java.util.Map.of("model", "m"))
    val (answer, review) = (new AnswerOptions, new ReviewOptions)
    val model = new ModelOptions
    assert(
      Seq[Any](
        read.precision,
        read.arithmetic,
        read.placement,
        read.batch,
        read.cacheTokens,
        read.cacheType,
        read.threads,
        read.device,
        read.gpuMemory,
        read.cpuMemory
      ) == Seq[Any](
        model.precision,
        model.arithmetic,
        model.placement,
        model.batch,
        model.cacheTokens,
        model.cacheType,
        model.threads,
        model.device,
        model.gpuMemory,
        model.cpuMemory
      )
    )
    assert(
      Seq[Any](read.maxNewTokens, read.thinking, read.review, read.prompt) ==
        Seq[Any](answer.maxNewTokens, answer.thinking, review.kind, review.prompt)
    )
    assert(
      (read.unitTokens, read.maxFindings) == ((review.unitTokens, review.maxFindings))
    )
    for (kind <- ReviewOptions.Kind.values) {
      val asked = FunctionSettings.of("", java.util.Map.of("model", "m", "review", kind.name))
      review.kind = kind
      assert(asked.minConfidence == review.minConfidence(), kind)
    }
  }

  test("every setting is a parameter of a stage that it concerns") {
    def names(stage: Params): Set[String] = stage.params.map(_.name).toSet
    val known = Map("modelUrl" -> "model", "batchSize" -> "batch")
    val stages = Seq(new CodeReviewer, new TextGenerator).flatMap(names).toSet
    assert(
      stages.map(name => known.getOrElse(name, name)) -- FunctionSettings.NAMES.asScala ==
        Set("inputCol", "outputCol", "languageCol", "engine")
    )
    assert(FunctionSettings.NAMES.asScala.toSet -- stages -- known.values == Set.empty)
  }

  test("what cannot be read is named with all that is wrong") {
    val wrong = java.util.Map.of("device", "tpu", "gpuMemory", "much", "review", "twice")
    val error = intercept[org.codeaudit.AuditException](FunctionSettings.of("x.", wrong))
    for (part <- Seq("`x.device` is `tpu`, not auto, cpu, gpu", "`x.gpuMemory` is `much`, not an"))
      assert(error.getMessage.contains(part))
    assert(error.getMessage.contains("`x.review` is `twice`, not checks, open"))
    assert(error.getMessage.contains("`x.model` is not set"))
  }
}
