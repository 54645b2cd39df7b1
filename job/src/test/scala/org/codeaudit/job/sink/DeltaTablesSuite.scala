package org.codeaudit.job.sink
import java.nio.file.{Files, Path}

import scala.jdk.CollectionConverters._

import org.apache.spark.sql.types.{LongType, StringType, StructField, StructType}
import org.apache.spark.sql.{DataFrame, SparkSession}
import org.scalatest.BeforeAndAfterAll

import org.codeaudit.AuditException
import org.codeaudit.disk.FolderTree
import org.codeaudit.job.packaged.DeltaJars
import org.codeaudit.job.source.SparkSuite

/** Tables of Delta Lake, and what a run that dies at any moment leaves of them. */
class DeltaTablesSuite extends SparkSuite with BeforeAndAfterAll {

  /** Of the same Spark as the other suites, with what Delta needs beside it. */
  private lazy val delta: SparkSession = {
    val others = spark
    SparkSession.clearActiveSession()
    SparkSession.clearDefaultSession()
    val session = SparkSession
      .builder()
      .withExtensions(new io.delta.sql.DeltaSparkSessionExtension)
      .config(DeltaJars.settings)
      .config("spark.sql.shuffle.partitions", "2")
      .getOrCreate()
    assert(session ne others)
    SparkSession.setDefaultSession(others)
    session
  }

  override def afterAll(): Unit = {
    SparkSession.setActiveSession(spark)
    SparkSession.setDefaultSession(spark)
  }

  private def open(
      folder: Path,
      run: String,
      existing: Existing = Existing.RESUME,
      format: String = "delta",
      session: SparkSession = delta
  ) = OutputFolder.open(
    session,
    folder.toString,
    run,
    existing,
    format,
    List("first", "second").asJava
  )

  private def folder(): Path = Files.createTempDirectory("delta")
  private def rows(count: Int): DataFrame = delta.range(count).toDF()
  private def count(table: Path): Long = delta.read.format("delta").load(table.toString).count()
  private def counts(out: Path): (Long, Long) =
    (count(out.resolve("first")), count(out.resolve("second")))

  private def publish(output: OutputFolder, wave: String, first: Int, second: Int): Unit = {
    val staged = output.wave(wave)
    if (first > 0) staged.write("first", rows(first))
    if (second > 0) staged.write("second", rows(second))
    staged.publish()
  }

  private def copy(from: Path, to: Path): Unit = {
    val files = Files.walk(from)
    try
      files.iterator().asScala.foreach(file => Files.copy(file, to.resolve(from.relativize(file))))
    finally files.close()
  }

  test("waves are appended to tables of Delta, which say which wave each version is") {
    val out = folder()
    val output = open(out, "run")
    try {
      publish(output, "000000-000002", 3, 5)
      publish(output, "000002-000004", 4, 0)
      assert(counts(out) === (7, 5))
      assert(output.read("first", rows(1).schema).count() === 7)
      assert(output.holdsFiles("first") && output.fileCount("first") >= 2)
      assert(output.bytes("first") > 0)
    } finally output.close()
    assert(!Files.exists(out.resolve("_audit/staging/run")))
  }

  test("what a run published and could not append is appended by the next run, once") {
    // Where the run dies: before any table has its rows, or when the first has them.
    for (table <- Seq("first", "second")) {
      val out = folder()
      val output = open(out, "dead-run")
      val wave = output.wave("000000-000002")
      wave.write("first", rows(3))
      wave.write("second", rows(5))
      Files.writeString(out.resolve(table), "in the way")
      val failure = intercept[Exception](wave.publish())
      assert(failure.getMessage.nonEmpty)
      output.close()
      Files.delete(out.resolve(table))
      for (run <- Seq("second-run", "third-run")) {
        open(out, run).close()
        assert(counts(out) === (3, 5), s"$table, $run")
      }
      assert(!Files.exists(out.resolve("_audit/staging/dead-run")), table)
    }
  }

  test("a run that dies while a table gets its first version has it made by the next run") {
    // What of the dead run is left: its wave, or not even that.
    for (staged <- Seq(true, false)) {
      val out = folder()
      val output = open(out, "dead-run")
      val wave = output.wave("000000-000002")
      wave.write("first", rows(3))
      wave.write("second", rows(5))
      Files.writeString(out.resolve("first"), "in the way")
      intercept[Exception](wave.publish())
      output.close()
      Files.delete(out.resolve("first"))
      val log = Files.createDirectories(out.resolve("first/_delta_log"))
      Files.writeString(log.resolve(".00000000000000000000.json.0a1b.tmp"), "{\"commitInfo\":")
      Files.writeString(out.resolve("first/part-00000-half.snappy.parquet"), "PAR1")
      if (!staged) FolderTree.delete(out.resolve("_audit"))
      val next = open(out, "second-run")
      try {
        assert(next.holdsFiles("first") === staged)
        publish(next, "0", 4, 0)
        assert(count(out.resolve("first")) === (if (staged) 7 else 4))
      } finally next.close()
    }
  }

  test("a run that dies when all tables have their rows, before it tidies up, doubles none") {
    // What is left of the staged rows: all of them, the second table's, and none.
    for (gone <- Seq(Nil, Seq("first"), Seq("first", "second"))) {
      val out = folder()
      val output = open(out, "dead-run")
      val wave = output.wave("000000-000002")
      wave.write("first", rows(3))
      wave.write("second", rows(5))
      val staged = out.resolve("_audit/staging/dead-run/000000-000002")
      val kept = folder().resolve("kept")
      copy(staged, kept)
      wave.publish()
      Files.createDirectories(staged.getParent)
      copy(kept, staged)
      output.close()
      gone.foreach(table => FolderTree.delete(staged.resolve(table)))
      open(out, "second-run").close()
      assert(counts(out) === (3, 5), gone)
    }
  }

  test("overwriting replaces all tables with the first wave, also those it has no rows for") {
    val out = folder()
    val first = open(out, "first-run")
    publish(first, "0", 3, 5)
    first.close()
    val second = open(out, "second-run", Existing.OVERWRITE)
    assert(counts(out) === (3, 5))
    publish(second, "0", 4, 0)
    assert(counts(out) === (4, 0))
    publish(second, "1", 1, 2)
    assert(counts(out) === (5, 2))
    second.close()
  }

  /** Replaces both tables by one wave, which dies when the first has its rows. */
  private def dieWhileOverwriting(out: Path): OutputFolder = {
    val first = open(out, "first-run")
    publish(first, "0", 3, 5)
    first.close()
    val output = open(out, "dead-run", Existing.OVERWRITE)
    withoutSecond(out)(intercept[Exception](publish(output, "0", 4, 6)))
    output
  }

  /** Runs something while a file is in the place of the second table. */
  private def withoutSecond(out: Path)(run: => Unit): Unit = {
    val aside = folder().resolve("second")
    Files.move(out.resolve("second"), aside)
    Files.writeString(out.resolve("second"), "in the way")
    run
    Files.delete(out.resolve("second"))
    Files.move(aside, out.resolve("second"))
  }

  test("what was published for tables of Delta is not carried out as if they were files") {
    // What the manifest says of its format: which it is, or nothing, as one of an older version.
    for (older <- Seq(false, true)) {
      val out = folder()
      dieWhileOverwriting(out).close()
      if (older) {
        val manifest = out.resolve("_audit/manifests/dead-run-0.json")
        val text = Files.readString(manifest).replaceAll("\"(format|number)\" : .*,\n *", "")
        Files.writeString(manifest, text)
      }
      val failure = intercept[AuditException](open(out, "other", format = "parquet"))
      assert(failure.errorClass.name === "OUTPUT_FORMAT")
      assert(failure.getMessage.contains("delta"), failure.getMessage)
      assert(counts(out) === (4, 5))
      open(out, "second-run").close()
      assert(counts(out) === (4, 6))
    }
  }

  test("a wave is published only when the one before it is in all tables") {
    val out = folder()
    val output = dieWhileOverwriting(out)
    try {
      withoutSecond(out)(intercept[Exception](publish(output, "1", 1, 2)))
      assert(!Files.exists(out.resolve("_audit/manifests/dead-run-1.json")))
      assert(counts(out) === (4, 5))
      publish(output, "1", 1, 2)
      assert(counts(out) === (5, 8))
    } finally output.close()
    open(out, "next-run").close()
    assert(counts(out) === (5, 8))
  }

  test(
    "the waves of a run that died are brought into the tables in the order of their publication"
  ) {
    // Whatever order the file system lists them in, one of the two is another.
    for (names <- Seq(Seq("a", "b"), Seq("b", "a"))) {
      val out = folder()
      val first = open(out, "first-run")
      publish(first, "0", 3, 5)
      first.close()
      val before = folder().resolve("before")
      copy(out, before)
      val output = open(out, "dead-run", Existing.OVERWRITE)
      val kept = Files.createDirectories(folder().resolve("dead-run"))
      for ((name, count) <- names.zip(Seq(4, 1))) {
        val wave = output.wave(name)
        wave.write("first", rows(count))
        wave.write("second", rows(count))
        copy(out.resolve(s"_audit/staging/dead-run/$name"), kept.resolve(name))
        wave.publish()
        val manifest = s"_audit/manifests/dead-run-$name.json"
        Files.copy(out.resolve(manifest), before.resolve(manifest))
      }
      output.close()
      Files.createDirectories(before.resolve("_audit/staging"))
      copy(kept, before.resolve("_audit/staging/dead-run"))
      open(before, "next-run").close()
      assert(counts(before) === (5, 5), names)
    }
  }

  test("a table that lacks a column is read with nulls, and takes rows that have it") {
    val out = folder()
    val first = open(out, "first-run")
    publish(first, "0", 3, 5)
    first.close()
    val wider = StructType(
      Seq(StructField("id", LongType), StructField("note", StringType))
    )
    val second = open(out, "second-run")
    try {
      assert(second.read("first", wider).where("note is null").count() === 3)
      val wave = second.wave("0")
      wave.write("first", rows(2).selectExpr("id", "'new' as note"))
      wave.publish()
      assert(second.read("first", wider).count() === 5)
      assert(second.read("first", wider).where("note = 'new'").count() === 2)
    } finally second.close()
  }

  test("tables of Delta are not taken for files, nor files for tables of Delta") {
    val out = folder()
    val written = open(out, "run")
    publish(written, "0", 3, 5)
    written.close()
    val plain = intercept[AuditException](open(out, "other", format = "parquet"))
    assert(plain.getMessage.contains("The table first there is one of Delta"))

    val files = folder()
    rows(3).write.parquet(files.resolve("second").toString)
    val failure = intercept[AuditException](open(files, "other"))
    assert(failure.getMessage.contains("The table second there holds files and is none of Delta"))
  }

  test("a session without Delta's extension is refused before anything is made") {
    val out = folder().resolve("out")
    val failure = intercept[AuditException](open(out, "run", session = spark))
    assert(failure.errorClass.name === "OUTPUT_FORMAT")
    assert(failure.getMessage.contains("spark.sql.extensions="))
    assert(!Files.exists(out))
  }
}
