package org.codeaudit.job.sql
import org.apache.spark.sql.{AnalysisException, DataFrame, Row}
import org.apache.spark.sql.functions.{call_function, col, expr}

import org.codeaudit.AuditException
import org.codeaudit.generate.EngineCache

class GenerateFunctionSqlSuite extends FunctionSuite {
  private val prompts = Seq(
    ("a", "def add(a, b):", 3),
    ("b", "class Stack", 1),
    ("c", "import os", 2),
    ("d", "SELECT name FROM", 5),
    ("e", "fn main() {", 4),
    ("f", "package main", 6)
  )

  override def beforeAll(): Unit = {
    super.beforeAll()
    spark
      .createDataFrame(prompts)
      .toDF("id", "prompt", "rank")
      .repartition(2, col("id"))
      .createOrReplaceTempView("prompts")
  }

  private def rows(query: String): (Seq[Row], Int) =
    counting(spark.sql(query).collect().toSeq)

  private lazy val texts: Map[String, String] =
    rows("SELECT id, ai_generate(prompt).text FROM prompts")._1
      .map(row => row.getString(0) -> row.getString(1))
      .toMap

  test("every row has the answer to its own prompt, whatever the batch") {
    assert(texts.keySet === prompts.map(_._1).toSet)
    for ((id, prompt, _) <- prompts) {
      val alone = rows(s"SELECT ai_generate('$prompt')")._1.head.getStruct(0)
      assert(alone.getAs[String]("text") === texts(id))
      assert(Set("ok", "truncated").contains(alone.getAs[String]("status")))
      assert(alone.getAs[Int]("generated_tokens") <= 8)
      assert(alone.getAs[Int]("prompt_tokens") > 3)
      assert(alone.getAs[String]("finish_reason") != null)
      assert(alone.isNullAt(alone.fieldIndex("error_class")))
    }
    assert(texts.values.toSet.size > 3)
  }

  test("rows of a partition are asked about together") {
    EngineCache.shared().clear()
    rows("SELECT ai_generate(prompt) FROM prompts")
    val statistics = EngineCache.shared().reading().get.statistics
    assert(statistics.meanBatchSize > 2, statistics)
    assert(statistics.peakRunning >= 4, statistics)
  }

  test("the plan asks in a MapPartitions and nowhere else, and only columns in use go through it") {
    val frame = spark.sql("SELECT id, ai_generate(prompt).text FROM prompts")
    val explained = spark.sql("EXPLAIN EXTENDED " + "SELECT ai_generate(prompt) FROM prompts")
    val explanation = explained.head().getString(0)
    val optimized = explanation.drop(explanation.indexOf("== Optimized Logical Plan =="))
    for (text <- Seq(plan(frame), optimized)) {
      assert(text.contains("MapPartitions"), text)
      assert(!text.contains("UDF(") && !text.contains("ai_generate(prompt#"), text)
    }
    assert(!plan(frame).contains("rank"), plan(frame))
  }

  /** Each query is asked once per row of prompts, unless another number is given. */
  private val queries = Seq[(String, String, Int)](
    ("a nested field", "SELECT ai_generate(prompt).text t, id FROM prompts", 6),
    (
      "a field of a column of a subquery, used three times",
      "SELECT r.text t, r.status, upper(r.text), id FROM " +
        "(SELECT id, ai_generate(prompt) r FROM prompts)",
      6
    ),
    (
      "a common table expression",
      "WITH asked AS (SELECT id, ai_generate(prompt) r FROM prompts) SELECT r.text t, id FROM asked",
      6
    ),
    (
      "a common table expression that is read twice",
      "WITH asked AS (SELECT id, ai_generate(prompt) r FROM prompts) " +
        "SELECT a.r.text t, b.id FROM asked a JOIN asked b ON a.id = b.id",
      6
    ),
    (
      "the same call twice in one list",
      "SELECT ai_generate(prompt).text t, ai_generate(prompt).status, id FROM prompts",
      6
    ),
    (
      "a call whose argument is made of columns",
      "SELECT ai_generate(concat(substr(prompt, 1, 3), substr(prompt, 4))).text t, id FROM prompts",
      6
    ),
    (
      "a call over a join",
      "SELECT ai_generate(p.prompt).text t, p.id FROM prompts p " +
        "JOIN (SELECT id, rank FROM prompts) q ON p.id = q.id AND q.rank > 0",
      6
    ),
    (
      "a lateral column alias",
      "SELECT ai_generate(prompt) AS r, r.text t, id FROM prompts",
      6
    ),
    (
      "a condition on another column of a subquery",
      "SELECT r.text t, id FROM (SELECT id, rank, ai_generate(prompt) r FROM prompts) WHERE rank < 3",
      2
    ),
    (
      "a condition on the answer",
      "SELECT r.text t, id FROM (SELECT id, rank, ai_generate(prompt) r FROM prompts) " +
        "WHERE r.generated_tokens > 0 AND rank < 3",
      2
    ),
    (
      "a call in WHERE",
      "SELECT id FROM prompts WHERE ai_generate(prompt).generated_tokens > 0",
      6
    ),
    (
      "a call in a join's condition",
      "SELECT p.id FROM prompts p JOIN prompts q " +
        "ON p.id = q.id AND ai_generate(p.prompt).generated_tokens > q.rank - 100",
      6
    ),
    (
      "rows sorted by another column",
      "SELECT id, ai_generate(prompt).text t FROM prompts ORDER BY rank",
      6
    ),
    (
      "rows put together with each row of another table",
      "SELECT a.id, a.r.text t FROM (SELECT id, ai_generate(prompt) r FROM prompts) a " +
        "CROSS JOIN prompts b WHERE b.rank + length(a.r.text) > 0",
      6
    ),
    ("a call in ORDER BY", "SELECT id FROM prompts ORDER BY ai_generate(prompt).text", 6),
    (
      "a call that is counted",
      "SELECT count(ai_generate(prompt).text) n FROM prompts",
      6
    ),
    (
      "a call to group by",
      "SELECT ai_generate(prompt).status, count(*) FROM prompts GROUP BY ai_generate(prompt).status",
      6
    ),
    (
      "a call on what was aggregated",
      "SELECT rank % 2, ai_generate(max(prompt)).text FROM prompts GROUP BY rank % 2",
      2
    ),
    (
      "a call to explode",
      "SELECT id, word FROM prompts LATERAL VIEW explode(split(ai_generate(prompt).text, '')) AS word",
      6
    ),
    (
      "a call in a window",
      "SELECT id, row_number() OVER (ORDER BY ai_generate(prompt).text) FROM prompts",
      6
    ),
    (
      "a call in a subquery of a condition",
      "SELECT id FROM prompts WHERE id IN " +
        "(SELECT id FROM prompts WHERE ai_generate(prompt).generated_tokens > 0)",
      6
    ),
    ("a call that is not used", "SELECT id FROM (SELECT id, ai_generate(prompt) FROM prompts)", 0),
    (
      "rows sorted by another column, the first two",
      "SELECT id, ai_generate(prompt).text t FROM prompts ORDER BY rank LIMIT 2",
      2
    )
  )

  for ((what, query, asked) <- queries)
    test(s"$what: asked $asked times", org.codeaudit.Long) {
      val (result, count) = rows(query)
      assert(count === asked, spark.sql(query).queryExecution)
      val columns = spark.sql(query).columns
      if (columns.contains("t") && columns.contains("id")) {
        assert(result.nonEmpty)
        for (row <- result)
          assert(row.getAs[String]("t") === texts(row.getAs[String]("id")))
      }
    }

  test("results of the queries around a call are right", org.codeaudit.Long) {
    assert(rows(queries.find(_._1 == "a call that is counted").get._2)._1 === Seq(Row(6L)))
    val grouped = rows(queries.find(_._1 == "a call to group by").get._2)._1
    assert(grouped.map(_.getLong(1)).sum === 6)
    val sorted = rows(queries.find(_._1 == "a call in ORDER BY").get._2)._1.map(_.getString(0))
    assert(sorted.map(texts) === sorted.map(texts).sorted)
    val first = rows(queries.find(_._1.contains("the first two")).get._2)._1.map(_.getString(0))
    assert(first === Seq("b", "c"))
    val greatest = rows(
      "SELECT rank % 2 AS odd, max(prompt) m, ai_generate(max(prompt)).text FROM prompts " +
        "GROUP BY rank % 2 HAVING ai_generate(max(prompt)).generated_tokens > 0 ORDER BY odd"
    )._1
    assert(greatest.map(_.getInt(0)) === Seq(0, 1))
    val ids = prompts.map(entry => entry._2 -> entry._1).toMap
    for (row <- greatest) assert(row.getString(2) === texts(ids(row.getString(1))))
  }

  test("a limit asks about no more rows of a partition than it shows") {
    val (result, asked) = rows("SELECT ai_generate(prompt) FROM prompts LIMIT 1")
    assert(result.size === 1)
    assert(asked <= 2)
  }

  test("a table that was sorted before it was asked about stays sorted") {
    val frame = spark.table("prompts").orderBy(col("rank").desc)
    val asked = frame.select(col("id"), expr("ai_generate(prompt).text"))
    val expected = prompts.sortBy(-_._3).map(_._1)
    assert(asked.collect().map(_.getString(0)).toSeq === expected)
  }

  test("a call within a call is asked with the answer of the inner one", org.codeaudit.Long) {
    val (result, asked) = rows(
      "SELECT ai_generate(concat('x', ai_generate(prompt).text)).text, ai_generate(prompt).text " +
        "FROM prompts WHERE id = 'a'"
    )
    assert(asked === 2)
    assert(result.head.getString(1) === texts("a"))
    val alone = spark.sql("SELECT ai_generate(concat('x', :t)).text", Map("t" -> texts("a")))
    assert(alone.head().getString(0) === result.head.getString(0))
  }

  test("data frames call it as SQL does", org.codeaudit.Long) {
    val table = spark.table("prompts")
    val frames = Seq[DataFrame](
      table.withColumn("answer", expr("ai_generate(prompt)")).select("id", "answer.text"),
      table.select(col("id"), call_function("ai_generate", col("prompt")).getField("text")),
      table
        .selectExpr("id", "ai_generate(prompt) r")
        .filter("r.status <> 'failed'")
        .selectExpr("id", "r.text")
    )
    for (frame <- frames)
      assert(frame.collect().map(row => row.getString(0) -> row.getString(1)).toMap === texts)
  }

  test("a null prompt has a null answer, a bad one says why, and neither harms the others") {
    val result = rows(
      "SELECT prompt, ai_generate(prompt) r FROM VALUES ('import os'), (NULL), (''), " +
        "(repeat('x = y + 1; ', 4000)) AS t(prompt)"
    )._1.map(row => Option(row.getString(0)).map(_.take(9)).orNull -> row.getStruct(1)).toMap
    assert(result(null) === null)
    assert(result("import os").getAs[String]("text") === texts("c"))
    for ((prompt, error) <- Seq("" -> "PROMPT_MISSING", "x = y + 1" -> "PROMPT_TOO_LONG")) {
      assert(result(prompt).getAs[String]("status") === "failed")
      assert(result(prompt).getAs[String]("error_class") === error)
      assert(result(prompt).getAs[String]("error_message").nonEmpty)
      assert(result(prompt).getAs[String]("text") === null)
    }
    assert(rows("SELECT ai_generate(NULL)")._1 === Seq(Row(null)))
  }

  test("only the prompts of a condition are asked where the others are null") {
    val query = "SELECT id, ai_generate(CASE WHEN rank < 3 THEN prompt END).text t FROM prompts"
    val (result, asked) = rows(query)
    assert(asked === 2 && result.count(_.getAs[String]("t") != null) === 2)
  }

  test("wrong arguments are refused when the query is analysed") {
    for (
      (call, error) <- Seq(
        "ai_generate()" -> "WRONG_NUM_ARGS",
        "ai_generate(prompt, 2)" -> "WRONG_NUM_ARGS",
        "ai_review(prompt)" -> "WRONG_NUM_ARGS",
        "ai_generate(array(prompt))" -> "DATATYPE_MISMATCH"
      )
    ) {
      val refused =
        intercept[AnalysisException](spark.sql(s"SELECT $call FROM prompts"))
      assert(refused.getCondition.startsWith(error), call)
    }
    assert(rows("SELECT ai_generate(12).status")._1.size === 1, "a number is text where it may be")
  }

  test("where the model cannot be asked in batches the error says what to write instead") {
    for (
      query <- Seq(
        "SELECT transform(array(prompt), p -> ai_generate(p).text) FROM prompts",
        "SELECT p.id FROM prompts p JOIN prompts q ON ai_generate(p.prompt || q.prompt).text = ''"
      )
    ) {
      val refused = intercept[AuditException](spark.sql(query))
      assert(
        refused.errorClass.name === "FUNCTION_PLACE" && refused.getMessage.contains("subquery")
      )
    }
  }

  test("settings are checked together, and a misspelt one is named with its nearest") {
    having("maxNewToken", "7")(having("batch", "0")(having("temperature", "hot") {
      val refused = intercept[AuditException](spark.sql("SELECT ai_generate('x')"))
      assert(refused.errorClass.name === "FUNCTION_SETTINGS")
      for (part <- Seq("maxNewToken`", "`spark.codeaudit.maxNewTokens`?", "batch` is `0`", "`hot`"))
        assert(refused.getMessage.contains(part))
    }))
    spark.conf.unset("spark.codeaudit.model")
    val missing =
      try intercept[AuditException](spark.sql("SELECT ai_generate('x')"))
      finally configure()
    assert(missing.getMessage.contains("`spark.codeaudit.model` is not set"))
    having("model", "/no/such/model") {
      val nowhere = intercept[AuditException](spark.sql("SELECT ai_generate('x')").collect())
      assert(nowhere.errorClass.name === "MODEL_NOT_FOUND")
    }
  }

  test(
    "a query keeps the settings it was written with, and one query asks one model",
    org.codeaudit.Long
  ) {
    val frame = having("maxNewTokens", "3")(spark.sql("SELECT ai_generate(prompt) r FROM prompts"))
    val tokens = frame.selectExpr("r.generated_tokens").collect().map(_.getInt(0))
    assert(tokens.forall(_ <= 3) && tokens.nonEmpty)
    val first = spark.sql("SELECT *, ai_generate(prompt) r FROM prompts")
    val both = having("batch", "2")(first.withColumn("s", expr("ai_generate(prompt)")))
    val refused = intercept[AuditException](both.collect())
    assert(refused.errorClass.name === "MODEL_BUSY")
  }

  test("answers of a cached table are not asked for again", org.codeaudit.Long) {
    val frame = spark.sql("SELECT id, ai_generate(prompt) r FROM prompts").cache()
    try {
      assert(counting(frame.count())._2 === 6)
      assert(counting(frame.selectExpr("r.text").collect())._2 === 0)
      val other = having("maxNewTokens", "3")(
        spark.sql("SELECT id, ai_generate(prompt) r FROM prompts")
      )
      assert(counting(other.collect())._2 === 6)
    } finally frame.unpersist()
  }

  test("the functions describe themselves") {
    val text = spark.sql("DESCRIBE FUNCTION ai_generate").collect().map(_.getString(0)).mkString
    assert(text.contains("ai_generate(prompt)"))
  }
}
