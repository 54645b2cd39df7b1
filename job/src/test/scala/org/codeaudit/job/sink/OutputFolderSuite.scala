package org.codeaudit.job.sink

import java.nio.file.{Files, Path}

import scala.jdk.CollectionConverters._

import org.codeaudit.AuditException
import org.codeaudit.job.source.SparkSuite

class OutputFolderSuite extends SparkSuite {
  private def open(folder: Path, existing: Existing) =
    OutputFolder.open(
      spark,
      folder.toString,
      "run",
      existing,
      "parquet",
      List("first", "second").asJava
    )

  private def count(table: Path): Long = spark.read.parquet(table.toString).count()

  test("what cannot be moved to its place is kept where it was staged") {
    val folder = Files.createTempDirectory("output")
    val output = open(folder, Existing.FAIL)
    output.write("first", spark.range(3).toDF())
    output.write("second", spark.range(5).toDF())
    Files.createDirectory(folder.resolve("second")) // another run was faster
    val failure = intercept[AuditException](output.publish())
    output.close()
    assert(failure.errorClass === OutputFolder.NOT_PUBLISHED)
    assert(failure.getMessage.contains("_staging-run"))
    assert(count(folder.resolve("first")) === 3)
    assert(count(folder.resolve("_staging-run/second")) === 5)
    assert(Files.list(folder.resolve("second")).count() === 0)
  }

  test("nothing staged is left behind by a run that publishes nothing, or everything") {
    for (publishes <- Seq(false, true)) {
      val folder = Files.createTempDirectory("output")
      val output = open(folder, Existing.APPEND)
      output.write("first", spark.range(3).toDF())
      if (publishes) output.publish()
      output.close()
      assert(!Files.exists(folder.resolve("_staging-run")))
      assert(Files.exists(folder.resolve("first")) === publishes)
    }
  }
}
