package org.codeaudit.job.source.table
import java.nio.file.{Files, Path}
import java.util.Optional

import scala.jdk.CollectionConverters._

import org.apache.spark.sql.DataFrame
import org.codeaudit.AuditException
import org.codeaudit.job.source.{SparkSuite, TestRepository}
import org.codeaudit.udf.row.ChangeSchema

/** Patches and files that are rows of a table. */
class ReviewTableSuite extends SparkSuite {
  import ReviewTableSuite._

  private def written(rows: DataFrame): String = {
    val path = TestRepository.temporaryFolder().resolve("table").toString
    rows.write.parquet(path)
    path
  }

  private lazy val patches = written(
    spark
      .createDataFrame(
        Seq(
          (1, "shop", patchOf("A.java")),
          (1, "shop", patchOf("A.java")),
          (2, "shop", patchOf("b.py") + patchOf("c.go")),
          (3, "bank", patchOf("D.java")),
          (4, "shop", "this is no patch"),
          (5, "shop", null)
        )
      )
      .toDF("id", "team", "patch")
  )

  private lazy val files = written(
    spark
      .createDataFrame(
        Seq(
          ("f1", "src/A.java", "class A {}\n"),
          ("f1", "src/A.java", "class A {}\n"),
          ("f1", "src/A.java", "class A { int x; }\n"),
          ("f2", "go.sum", "x v1 h1:abc=\n"),
          ("f3", "empty.py", null),
          ("f4", "logo.js", "a\u0000b"),
          ("tool.sh", null, "echo 1\n"),
          ("f5", "notes.md", "# Notes\n"),
          ("f6", "big.c", "int x;\n" * 200000)
        )
      )
      .toDF("id", "path", "content")
  )

  private def table(path: String, text: ReviewTable.Text, where: String = null) =
    new ReviewTable(
      path,
      "parquet",
      Map.empty[String, String].asJava,
      Optional.ofNullable(where),
      "id",
      text,
      Optional.of("path").filter(_ => text.whole)
    )

  private val patch = new ReviewTable.Text("patch", false)
  private val content = new ReviewTable.Text("content", true)

  test("every patch of a column is read once, whatever it holds") {
    val rows = table(patches, patch).changes(spark)
    assert(rows.schema === ChangeSchema.SCHEMA)
    val found = rows.collect().map(r => (r.getAs[String]("repository"), r.getAs[String]("path")))
    val files = Seq("1" -> "A.java", "2" -> "b.py", "2" -> "c.go", "3" -> "D.java")
    assert(found.sorted === (files ++ Seq("4" -> "", "5" -> "")).sorted)
    val byKey = rows.collect().groupBy(_.getAs[String]("repository"))
    assert(byKey("4").head.getAs[String]("error_class") === "DIFF_NOT_A_PATCH")
    assert(byKey("5").head.getAs[String]("skip_reason") === "empty diff")
    assert(value(byKey("1").head, "diff").contains("@@ -1,2 +1,2 @@\n kept\n-old\n+new\n"))
  }

  test("a condition selects rows before their patches are looked at") {
    val rows = table(patches, patch, "team = 'bank' OR id = 2").changes(spark)
    assert(byPath(rows).keySet === Set("b.py", "c.go", "D.java"))
    val plan = rows.queryExecution.executedPlan.toString
    assert(plan.contains("PushedFilters: [Or(EqualTo(team,bank),EqualTo(id,2))]"), plan)
  }

  test("a row is in the same partition each time, and every slot has one") {
    val many = written(
      spark
        .range(500)
        .selectExpr("id % 250 AS id", "concat('key ', id % 250) AS path", "'x' AS content")
    )
    val rows = table(many, content).changes(spark)
    def places() = rows.rdd
      .mapPartitionsWithIndex { (i, part) =>
        part.map(row => row.getAs[String]("repository") -> i)
      }
      .collect()
      .toMap
    assert(rows.rdd.getNumPartitions >= 2 && rows.count() === 250)
    val first = places()
    assert(first.size === 250 && first.values.toSet.size === rows.rdd.getNumPartitions)
    assert(places() === first)
  }

  test("whole files come back as in mode file, each content once") {
    val rows = table(files, content).changes(spark)
    assert(rows.schema === ChangeSchema.SCHEMA)
    val all = rows.collect()
    assert(all.length === 8)
    assert(all.forall(_.getAs[String]("change_kind") === "file"))
    val reviewed = all.filter(value(_, "content").isDefined)
    assert(
      reviewed.map(_.getAs[String]("path")).sorted === Seq("src/A.java", "src/A.java", "tool.sh")
    )
    assert(reviewed.map(_.getAs[String]("content_sha")).distinct.length === 3)
    assert(reviewed.map(_.getAs[String]("language")).toSet === Set("java", "shell"))
    val skipped = all
      .filter(value(_, "content").isEmpty)
      .map(r => r.getAs[String]("path") -> r.getAs[String]("skip_reason"))
      .toMap
    assert(skipped.keySet === Set("go.sum", "empty.py", "logo.js", "notes.md", "big.c"))
    assert(skipped("go.sum") === "lock file" && skipped("empty.py") === "empty file")
    assert(skipped("logo.js") === "binary" && skipped("notes.md") === "prose, not code")
    assert(skipped("big.c") === "too large (1400000 bytes)")
  }

  private lazy val changedFiles = written(
    spark
      .createDataFrame(
        Seq(
          ("7", "src/A.java", "@@ -1,2 +1,2 @@ class A {\n kept\n-old\n+new"),
          ("7", "src/B.java", "@@ -0,0 +1 @@\n+class B {}\n\\ No newline at end of file"),
          ("7", "src/Gone.java", "@@ -1 +0,0 @@\n-class Gone {}"),
          ("7", "logo.py", null),
          ("7", "src/Cut.java", "@@ -1,9 +1,9 @@\n kept"),
          ("7", "src/Other.java", patchOf("Named.java"))
        )
      )
      .toDF("id", "filename", "patch")
  )

  test("the hunks of changed files, as code hosts give them, are read by a column of names") {
    val named = new ReviewTable(
      changedFiles,
      "parquet",
      Map.empty[String, String].asJava,
      Optional.empty[String],
      "id",
      patch,
      Optional.of("filename")
    )
    val rows = byPath(named.changes(spark))
    def summary(path: String) = Seq("change_kind", "skip_reason", "error_class").map(
      value(rows(path), _).getOrElse("-")
    )
    assert(rows.size === 6)
    assert(summary("src/A.java") === Seq("modified", "-", "-"))
    assert(value(rows("src/A.java"), "language").contains("java"))
    assert(value(rows("src/A.java"), "diff").exists(_.endsWith("-old\n+new\n")))
    assert(summary("src/B.java") === Seq("added", "-", "-"))
    assert(summary("src/Gone.java") === Seq("deleted", "deleted file", "-"))
    assert(summary("logo.py") === Seq("modified", "empty diff", "-"))
    assert(summary("src/Cut.java") === Seq("modified", "-", "DIFF_TRUNCATED"))
    assert(summary("Named.java") === Seq("modified", "-", "-"))
  }

  test("hunks of changed files without a column of names are errors that say which option helps") {
    val failed =
      table(changedFiles, patch).changes(spark).where("error_class IS NOT NULL").collect()
    assert(failed.length === 4)
    assert(failed.forall(value(_, "error_message").exists(_.contains("--path-column"))))
  }

  test("a table is read by its very name, brackets and colons too, be it a file or a folder") {
    val files = Files.list(Path.of(patches))
    val part =
      try files.iterator.asScala.filter(_.toString.endsWith(".parquet")).maxBy(Files.size(_))
      finally files.close()
    val expected = table(part.toString, patch).changes(spark).count()
    assert(expected > 0)
    for (name <- Seq("t[1].parquet", "t{a}.parquet", "10:30.parquet", "t:10:30[1].parquet")) {
      val folder = TestRepository.temporaryFolder()
      Files.copy(part, folder.resolve(name))
      for (place <- Seq(folder.resolve(name), folder))
        assert(table(place.toString, patch).changes(spark).count() === expected, place)
    }
  }

  test("names of columns are taken as they are, dots and backticks too") {
    val odd = "the `patch`.text"
    val path = written(spark.createDataFrame(Seq((1, patchOf("A.java")))).toDF("id", odd))
    val rows = table(path, new ReviewTable.Text(odd, false)).changes(spark)
    assert(byPath(rows).keySet === Set("A.java"))
  }

  for (
    (what, wrong, expected) <- Seq[(String, () => ReviewTable, Seq[String])](
      (
        "a column that is not there",
        () => table(patches, new ReviewTable.Text("diff", false)),
        Seq("has no column diff;", "id, team, patch")
      ),
      (
        "several columns that are not there",
        () => table(patches, content),
        Seq("has no column content, path;")
      ),
      (
        "a column of numbers",
        () => table(patches, new ReviewTable.Text("id", false)),
        Seq("column id", "type INT, not text")
      ),
      (
        "a condition that is no SQL",
        () => table(patches, patch, "team ="),
        Seq("where team =", "Spark SQL over the columns id, team, patch")
      ),
      (
        "a condition over an unknown column",
        () => table(patches, patch, "owner = 'x'"),
        Seq("where owner = 'x'", "`owner`")
      ),
      ("no table", () => table("/no/such/table", patch), Seq("/no/such/table as parquet")),
      (
        "an unknown format",
        () => {
          val known = table(patches, patch)
          new ReviewTable(
            known.path,
            "papyrus",
            known.options,
            known.where,
            "id",
            patch,
            Optional.empty[String]
          )
        },
        Seq("as papyrus")
      )
    )
  ) test(s"$what is one clear error") {
    val error = intercept[AuditException](wrong().changes(spark))
    assert(expected.forall(error.getMessage.contains), error.getMessage)
    assert(!error.getMessage.contains("\n"))
  }
}

object ReviewTableSuite {

  /** A patch that changes a line of one file. */
  def patchOf(path: String): String =
    s"diff --git a/$path b/$path\nindex 1111111..2222222 100644\n--- a/$path\n+++ b/$path\n" +
      "@@ -1,2 +1,2 @@\n kept\n-old\n+new\n"
}
