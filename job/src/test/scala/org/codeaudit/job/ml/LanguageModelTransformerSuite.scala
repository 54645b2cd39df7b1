package org.codeaudit.job.ml
import java.nio.file.{Files, Path}
import org.apache.spark.ml.{Pipeline, PipelineModel}
import org.apache.spark.ml.param.ParamMap
import org.apache.spark.sql.Row
import org.apache.spark.sql.functions.col

import org.codeaudit.AuditException
import org.codeaudit.generate.EngineCache
import org.codeaudit.job.source.SparkSuite

class LanguageModelTransformerSuite extends SparkSuite {
  private val checkpoint =
    Path.of(System.getProperty("codeaudit.root")).resolve("data/golden/qwen3-tiny")

  /** Short, so that little is computed. */
  private val template = Files
    .writeString(
      Files.createTempDirectory("prompt").resolve("short.md"),
      "<!-- system -->\nFind defects.\n<!-- user: change -->\n{{code}}\n" +
        "<!-- user: file -->\n{{code}}\n"
    )
    .toString

  private def generator = new TextGenerator()
    .setInputCol("prompt")
    .setOutputCol("answer")
    .setModelUrl(checkpoint.toUri.toString)
    .setEngine("PyTorch")
    .setBatchSize(4)
    .setPrecision("f32")
    .setThreads(1)
    .setCacheTokens(4000)
    .setMaxNewTokens(6)
    .setTemperature(0)

  private lazy val prompts = spark
    .createDataFrame(Seq((1, "def add(a, b):"), (2, "class Stack"), (3, null)))
    .toDF("id", "prompt")

  private def answers(rows: Array[Row]): Map[Int, String] = rows
    .map(row => row.getAs[Int]("id") -> row.getAs[Row]("answer"))
    .map { case (id, answer) => id -> Option(answer).map(_.getAs[String]("text")).orNull }
    .toMap

  test("a pipeline of both stages is saved, loaded and gives the same") {
    val reviewer = new CodeReviewer()
      .setInputCol("prompt")
      .setLanguageCol("prompt")
      .setReview("open")
      .setPrompt(template)
      .setOutputCol("review")
      .setModelUrl(checkpoint.toString)
      .setBatchSize(4)
      .setPrecision("f32")
      .setThreads(1)
      .setCacheTokens(4000)
      .setMaxNewTokens(6)
    val folder = Files.createTempDirectory("pipeline").resolve("saved").toString
    val pipeline = new Pipeline().setStages(Array(generator, reviewer))
    try {
      val fitted = pipeline.fit(prompts)
      val frame = fitted.transform(prompts)
      assert(frame.columns === Array("id", "prompt", "answer", "review"))
      val rows = frame.collect()
      val texts = answers(rows)
      assert(texts.keySet === Set(1, 2, 3) && texts(3) === null && texts(1) != texts(2))
      val reviews = rows.map(row => row.getAs[Int]("id") -> row.getAs[Row]("review")).toMap
      assert(reviews(3) === null)
      for (id <- Seq(1, 2))
        assert(Set("ok", "truncated").contains(reviews(id).getAs[String]("status")))
      fitted.write.save(folder)
      val loaded = PipelineModel.load(folder)
      assert(answers(loaded.transform(prompts).collect()) === texts)
    } finally EngineCache.shared().clear()
  }

  test("parameters survive saving, copying and explaining") {
    val folder = Files.createTempDirectory("stage").resolve("saved").toString
    val written = generator.setTopK(5).setSeed(7L).setThinking(true)
    written.write.save(folder)
    val read = TextGenerator.load(folder)
    assert(read.uid === written.uid)
    for (param <- written.params if written.isSet(param))
      assert(read.get(read.getParam(param.name)) === written.get(param), param.name)
    val copy = written.copy(new ParamMap().put(written.maxNewTokens.w(9)))
    assert(copy.getOrDefault(copy.maxNewTokens) === 9)
    assert(written.getOrDefault(written.maxNewTokens) === 6)
    assert(written.explainParams().contains("modelUrl"))
  }

  test("DJL's names for tensors, zoos and other engines are refused with the reason") {
    for (
      (use, part) <- Seq[(() => Any, String)](
        (() => generator.setEngine("MXNet").transform(prompts), "MXNet"),
        (() => generator.setModelUrl("djl://zoo/model").transform(prompts), "model zoo"),
        (() => generator.setModelUrl("/no/such/model").transform(prompts), "/no/such/model"),
        (() => generator.setInputCol("question").transform(prompts), "no column question"),
        (() => generator.setInputCol("id").transform(prompts), "no string"),
        (() => generator.setOutputCol("id").transform(prompts), "there already"),
        (() => generator.setTemperature(-1).transform(prompts), "temperature"),
        (() => new TextGenerator().setInputCol("prompt").transform(prompts), "outputCol is not set")
      )
    ) {
      val refused = intercept[AuditException](use())
      assert(refused.getMessage.contains(part))
    }
  }

  test("the schema is known before anything is asked") {
    val schema = generator.transformSchema(prompts.schema)
    assert(schema.fieldNames === Array("id", "prompt", "answer"))
    assert(
      generator
        .transform(prompts)
        .select(col("answer.text"))
        .schema
        .head
        .dataType
        .typeName === "string"
    )
  }
}
