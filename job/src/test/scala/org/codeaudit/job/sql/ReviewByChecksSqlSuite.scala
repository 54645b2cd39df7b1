package org.codeaudit.job.sql

import java.nio.file.{Files, Path}

import org.apache.spark.sql.Row

import scala.jdk.CollectionConverters._
import scala.util.Using

/** `ai_review` as it is without a setting: by checks. */
class ReviewByChecksSqlSuite extends FunctionSuite {
  private val golden =
    Path.of(System.getProperty("codeaudit.root")).resolve("data/golden/qwen3-tiny")

  /** Takes longer prompts than the golden checkpoint: those of checks have some hundred tokens. */
  override protected val checkpoint: String = {
    val copy = Files.createTempDirectory("model")
    for (file <- Using.resource(Files.list(golden))(_.iterator.asScala.toSeq)) {
      val target = copy.resolve(file.getFileName.toString)
      if (file.endsWith("config.json")) {
        val config = Files.readString(file)
        assert(config.contains("\"max_position_embeddings\": 1024"))
        Files.writeString(target, config.replace("embeddings\": 1024", "embeddings\": 4096"))
      } else Files.copy(file, target)
    }
    copy.toString
  }

  override def configure(): Unit = {
    super.configure()
    spark.conf.unset("spark.codeaudit.review")
    spark.conf.unset("spark.codeaudit.prompt")
    spark.conf.set("spark.codeaudit.cacheTokens", "12000")
    spark.conf.set("spark.codeaudit.unitTokens", "600")
  }

  private val code =
    """class Orders {
      |  List<Order> of(HttpServletRequest request) throws SQLException {
      |    String name = request.getParameter("name");
      |    return list(connection.createStatement().executeQuery("SELECT * FROM o WHERE n = '" + name + "'"));
      |  }
      |}
      |""".stripMargin

  private def review(minConfidence: String): (Row, Int) =
    having("minConfidence", minConfidence) {
      val (rows, asked) = counting(
        spark
          .createDataFrame(Seq((code, "java")))
          .toDF("code", "language")
          .selectExpr("ai_review(code, language)")
          .collect()
      )
      (rows.head.getStruct(0), asked)
    }

  private def confidences(review: Row): Seq[Double] =
    review.getSeq[Row](review.fieldIndex("findings")).map(_.getAs[Number]("confidence").doubleValue)

  test("each check is a question, and findings that are not sure enough are left out") {
    val (all, asked) = review("0")
    assert(all.getAs[String]("status") == "ok", all)
    assert(asked > 10)
    val found = confidences(all)
    assert(found.nonEmpty)
    val least = found.max
    assert(confidences(review(least.toString)._1) == found.filter(_ >= least))
    assert(confidences(review("1")._1) == found.filter(_ >= 1))
  }
}
