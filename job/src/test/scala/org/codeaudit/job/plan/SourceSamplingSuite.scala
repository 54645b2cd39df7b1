package org.codeaudit.job.plan

import java.nio.file.Path

import scala.util.Random

import org.codeaudit.generate.EngineSettings
import org.codeaudit.job.source.{SparkSuite, TestRepository}
import org.codeaudit.model.{ModelSettings, Precision}
import org.codeaudit.prompt.PromptTemplate
import org.codeaudit.generate.ModelLoader
import org.codeaudit.udf.run.EarlierAnswers
import org.codeaudit.udf.setting.{AnswerSettings, ReviewSettings}

class SourceSamplingSuite extends SparkSuite {
  private val checkpoint =
    Path.of(sys.props("codeaudit.root")).resolve("data/golden/qwen3-tiny").toString
  private val noModel: ModelLoader = (_, _) => throw new AssertionError("the model is not needed")
  private val settings = new ReviewSettings(
    new AnswerSettings(
      "run",
      noModel,
      new ModelSettings(checkpoint, Precision.F32, 0, 1),
      "revision",
      EngineSettings.DEFAULT,
      20,
      false
    ),
    PromptTemplate.parse(
      "short",
      "<!-- system -->\nFind.\n<!-- user: change -->\n{{code}}\n<!-- user: file -->\n{{code}}\n"
    ),
    300,
    2
  )

  private lazy val repository: TestRepository = {
    val repository = TestRepository.create()
    val random = new Random(3)
    for (commit <- 1 to 240) {
      for (file <- 1 to 1 + random.nextInt(3)) {
        val lines = math.max(1, (8 * math.exp(0.8 * random.nextGaussian())).toInt)
        val text = (1 to lines).map(line => s"int v${random.nextInt(10000)} = $line;\n").mkString
        repository.write(s"src/A${commit}_$file.java", text)
      }
      if (commit % 4 == 0) repository.write(s"notes/$commit.md", "words\n")
      repository.commit(s"commit $commit")
    }
    repository
  }

  private def sampling(commitsPerPartition: Int): SourceSampling = {
    val options = Seq("commits" -> "all", "commitsPerPartition" -> commitsPerPartition.toString)
    new SourceSampling(git(repository.folder, options: _*), settings, EarlierAnswers.NONE)
  }

  private lazy val whole = sampling(16).count(1, 0, 1e9, 8)

  test("a small source is counted whole, whatever its partitions and their order") {
    assert(whole.complete && whole.read === 15 && whole.units === 240)
    assert(whole.rows.halfWidth === 0 && whole.skipped.get("prose, not code").estimate === 60)
    assert(whole.rows.estimate === whole.asked.estimate + 60)
    val other = sampling(7).count(9, 0, 1e9, 8)
    for (value <- Seq[SourceCount => Interval](_.rows, _.asked, _.promptTokens))
      assert(value(other).estimate === value(whole).estimate)
  }

  test("a sample is read until the tokens are known well enough, and they are") {
    val one = sampling(1)
    val truth = whole.promptTokens.estimate
    val counts = (1 to 8).map(seed => one.count(seed, 0.1, 1e9, 8))
    for (count <- counts) {
      assert(!count.complete && count.read >= SourceSampling.LEAST && count.read < 240)
      assert(count.promptTokens.relative <= 0.1)
    }
    val errors = counts.map(count => math.abs(count.promptTokens.estimate / truth - 1))
    assert(errors.count(_ <= 0.1) >= 7, errors)
    val held = counts.count(c => c.promptTokens.low <= truth && truth <= c.promptTokens.high)
    assert(held >= 6, errors)
    info(s"partitions read: ${counts.map(_.read)}, errors: ${errors.map(e => f"$e%.3f")}")
  }

  test("the same seed reads the same partitions and chooses the same questions") {
    val Seq(a, b, c) = Seq(4, 4, 5).map(seed => sampling(1).count(seed, 0.1, 1e9, 16))
    assert(a.promptTokens === b.promptTokens && a.askedSample === b.askedSample)
    assert(a.askedSample !== c.askedSample)
    assert(a.askedSample.size === 16)
  }

  test("when the time is over, what was read by then has to do") {
    val count = sampling(1).count(1, 0.0001, 1e-9, 8)
    assert(!count.complete && count.read === SourceSampling.LEAST / 4)
    assert(count.promptTokens.halfWidth > 0)
  }
}
