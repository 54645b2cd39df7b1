package org.codeaudit.job.sql

import org.apache.spark.sql.Row

class ReviewFunctionSqlSuite extends FunctionSuite {
  private val java = "class A {\n  int x = 1 / 0;\n}\n"
  private val hunk = "@@ -1,1 +1,2 @@\n class A {\n+  int x = 1 / 0;\n"

  private def patch(name: String) =
    s"diff --git a/$name b/$name\n--- a/$name\n+++ b/$name\n$hunk"

  override def configure(): Unit = {
    super.configure()
    spark.conf.set("spark.codeaudit.maxNewTokens", "60")
    spark.conf.set("spark.codeaudit.maxFindings", "2")
  }

  private def review(codes: (String, String)*): (Map[String, Row], Int) = {
    val frame = spark.createDataFrame(codes.map { case (name, code) => (name, code, "Java") })
    val asked =
      frame.toDF("name", "code", "language").selectExpr("name", "ai_review(code, language)")
    val (rows, count) = counting(asked.collect())
    (rows.map(row => row.getString(0) -> row.getStruct(1)).toMap, count)
  }

  private def findings(review: Row): Seq[Row] = review.getSeq[Row](review.fieldIndex("findings"))

  test("files, hunks and patches are reviewed, each as what it is") {
    val lines = (1 to 60).map(i => s"  int field$i = compute($i);").mkString("\n")
    val (rows, asked) = review(
      "file" -> java,
      "hunk" -> hunk,
      "patch" -> (patch("a/One.java") + patch("Two.java")),
      "mail" -> s"From ${"0" * 40} Mon Sep 17 00:00:00 2001\nSubject: x\n\n${patch("Three.java")}",
      "long" -> s"class Long {\n$lines\n}\n",
      "blank" -> "\n\n",
      "cut" -> hunk.replace("+1,2", "+1,9"),
      "none" -> null
    )
    assert(asked > 8, "long code is several questions")
    assert(rows("none") === null)
    for (name <- Seq("file", "hunk", "patch", "mail", "long")) {
      assert(Set("ok", "truncated").contains(rows(name).getAs[String]("status")), name)
      assert(rows(name).getAs[Int]("prompt_tokens") > 5)
      assert(rows(name).getAs[Int]("generated_tokens") > 5)
      assert(rows(name).getAs[String]("error_class") === null)
    }
    assert(rows("blank").getAs[String]("status") === "skipped")
    assert(findings(rows("blank")).isEmpty)
    assert(rows("cut").getAs[String]("status") === "failed")
    assert(rows("cut").getAs[String]("error_class").startsWith("DIFF_"))
    assert(findings(rows("file")).forall(_.getAs[String]("path") === null))
    val paths = findings(rows("patch")).map(_.getAs[String]("path"))
    val inPatch = Seq("a/One.java", "Two.java")
    assert(paths.toSet.subsetOf(inPatch.toSet) && paths === paths.sortBy(inPatch.indexOf(_)))
  }

  test("findings are rows of their own after explode, and quote the code") {
    spark
      .createDataFrame(Seq(("A.java", java)))
      .toDF("path", "code")
      .createOrReplaceTempView("files")
    val (rows, asked) = counting(
      spark
        .sql(
          "SELECT path, finding.quote, finding.line_start FROM (SELECT path, explode(ai_review(code, 'java').findings) " +
            "AS finding FROM files)"
        )
        .collect()
    )
    assert(asked === 2, "one prompt is measured, one is asked")
    for (row <- rows) assert(java.contains(row.getString(1).trim))
    val direct = spark.sql("SELECT size(ai_review(code, 'java').findings) FROM files").head()
    assert(direct.getInt(0) === rows.length)
  }

  test("files and their reviews stay together in one list of calls") {
    val frame = spark.createDataFrame(Seq(("A", java), ("B", hunk))).toDF("name", "code")
    val rows = frame
      .selectExpr(
        "name",
        "ai_review(code, 'java').status",
        "ai_generate(code).status",
        "length(code)"
      )
      .collect()
    assert(
      rows.map(row => row.getString(0) -> row.getInt(3)).toMap ===
        Map("A" -> java.length, "B" -> hunk.length)
    )
    assert(rows.forall(row => row.getString(1) != "failed" && row.getString(2) != "failed"))
  }
}
