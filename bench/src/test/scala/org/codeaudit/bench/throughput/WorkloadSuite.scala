package org.codeaudit.bench.throughput

import java.nio.file.{Files, Path}

import org.apache.spark.sql.SparkSession
import org.scalatest.funsuite.AnyFunSuite

import scala.jdk.CollectionConverters._

class WorkloadSuite extends AnyFunSuite {
  private val root = Path.of(System.getProperty("codeaudit.root"))
  private val resources = root.resolve(
    "bench/src/main/resources/org/codeaudit/bench/throughput/workload"
  )

  test("the workload is 100 changes of six languages and 20 prompts, none twice") {
    val workload = Workload.committed
    assert(workload.patches.size == 100 && workload.tasks.size == 20 && workload.rows == 120)
    assert(workload.patches.asScala.distinct.size == 100)
    val changes = workload.changes.asScala
    assert(changes.map(_.path).distinct.size == 100)
    val endings = changes.map(_.path.split('.').last).toSet
    assert(endings == Set("java", "py", "go", "ts", "c", "sh"))
    for (change <- changes) {
      val lines = change.hunks.asScala.map(_.lines.size).sum
      assert(lines >= 20 && lines <= 150, change.path)
    }
    assert(changes.count(_.hunks.size > 1) > 50)
    val prompts = workload.prompts.asScala
    assert(prompts.map(_.id).distinct.size == 20 && prompts.forall(_.prompt.length > 40))
  }

  test("a part of the workload has five changes to a prompt") {
    for ((rows, changes, tasks) <- Seq((1, 1, 0), (12, 10, 2), (120, 100, 20), (999, 100, 20))) {
      val part = Workload.committed.first(rows)
      assert((part.patches.size, part.tasks.size) == ((changes, tasks)), rows)
    }
  }

  test("every change fits a context of 4,096 tokens whatever the tokenizer's language") {
    // no tokenizer of a code model takes more than a token for two characters of such code
    assert(Workload.committed.patches.asScala.forall(_.length / 2 < 2200))
  }

  test("the program that made the workload makes it again") {
    assume(python.isDefined, "there is no python3")
    val copy = Files.createTempDirectory("workload")
    val folder = Files.createDirectories(copy.resolve("data/workload"))
    val source = root.resolve("data/workload")
    Files.createDirectories(folder.resolve("blocks"))
    val files = Files.walk(source)
    try
      files.iterator.asScala
        .filter(Files.isRegularFile(_))
        .foreach(file => Files.copy(file, folder.resolve(source.relativize(file))))
    finally files.close()
    val made = new ProcessBuilder("python3", folder.resolve("make_workload.py").toString)
      .inheritIO()
      .start()
    assert(made.waitFor() == 0)
    val target = copy.resolve(root.relativize(resources).toString)
    for (name <- Seq("reviews.patch", "generations.jsonl")) {
      assert(Files.mismatch(target.resolve(name), resources.resolve(name)) == -1, name)
    }
  }

  test("the diff source reads every change of a written workload, and of its copies") {
    val folder = Workload.committed.repeated(2).write(Files.createTempDirectory("changes"))
    val spark = SparkSession
      .builder()
      .master("local[2]")
      .config("spark.ui.enabled", "false")
      .config("spark.driver.host", "127.0.0.1")
      .getOrCreate()
    try {
      val rows = spark.read.format("diff").load(folder.toString)
      assert(rows.count() == 200)
      assert(rows.select("path").distinct().count() == 200)
      assert(rows.where("skip_reason is not null or error_class is not null").isEmpty)
    } finally spark.stop()
  }

  private def python: Option[Path] =
    System.getenv("PATH").split(':').map(Path.of(_, "python3")).find(Files.isExecutable(_))
}
