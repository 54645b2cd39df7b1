package org.codeaudit.job.sink
import java.nio.file.{Files, Path}

import scala.jdk.CollectionConverters._

import org.apache.spark.sql.DataFrame

import org.codeaudit.AuditException
import org.codeaudit.job.source.SparkSuite

class OutputFolderSuite extends SparkSuite {
  private def open(
      folder: Path,
      existing: Existing = Existing.RESUME,
      run: String = "run",
      format: String = "parquet"
  ) =
    OutputFolder.open(
      spark,
      folder.toString,
      run,
      existing,
      format,
      List("first", "second").asJava
    )

  private def folder(): Path = Files.createTempDirectory("output")

  private def rows(count: Int): DataFrame = spark.range(count).toDF()

  private def count(table: Path): Long = spark.read.parquet(table.toString).count()

  private def files(folder: Path): Seq[String] =
    if (!Files.exists(folder)) Nil
    else {
      val entries = Files.list(folder)
      try entries.iterator().asScala.map(_.getFileName.toString).toSeq.sorted
      finally entries.close()
    }

  private def visible(table: Path): Seq[String] =
    files(table).filterNot(name => name.startsWith(".") || name.startsWith("_"))

  /** Publishes one wave as far as its manifest and dies before its files are moved. */
  private def dieAfterTheManifest(out: Path, run: String): Unit = {
    val output = open(out, run = run)
    val wave = output.wave("000000-000002")
    wave.write("first", rows(3))
    wave.write("second", rows(5))
    Files.createDirectories(out)
    // A file in the place of a table's folder: the first move fails, as it would on a full disk.
    Files.writeString(out.resolve("first"), "in the way")
    val failure = intercept[AuditException](wave.publish())
    assert(failure.errorClass.name === "OUTPUT_PUBLISH")
    output.close()
    Files.delete(out.resolve("first"))
  }

  test("a folder may have any name, whatever Spark takes for a pattern, and any neighbours") {
    val names =
      Seq("br[1]", "cu{a}", "what?", "star*", "plain", "in [brackets] {and} more", "run[1]:10:30")
    for (name <- names) {
      val parent = folder()
      Files.createDirectories(parent.resolve("t:10:30"))
      val output = open(parent.resolve(name))
      try {
        val wave = output.wave("0")
        wave.make(rows(7))
        wave.write("first", wave.made(rows(1).schema))
        wave.publish()
        assert(output.read("first", rows(1).schema).count() === 7, name)
      } finally output.close()
      // and the next run finds it
      val again = open(parent.resolve(name))
      try assert(again.read("first", rows(1).schema).count() === 7, name)
      finally again.close()
    }
  }

  test("a wave is seen whole or not at all") {
    val out = folder()
    val output = open(out)
    val wave = output.wave("000000-000001")
    wave.write("first", rows(3))
    wave.write("second", rows(5))
    assert(files(out) === Seq("_audit"))
    wave.publish()
    assert(count(out.resolve("first")) === 3)
    assert(count(out.resolve("second")) === 5)
    output.close()
    assert(files(out.resolve("_audit/staging")) === Nil)
    assert(!files(out.resolve("_audit")).contains("lock"))
  }

  test("what a run published and could not move is moved by the next run, once") {
    val out = folder()
    dieAfterTheManifest(out, "first-run")
    for (run <- Seq("second-run", "third-run")) {
      open(out, run = run).close()
      assert(count(out.resolve("first")) === 3, run)
      assert(count(out.resolve("second")) === 5, run)
    }
    assert(files(out.resolve("_audit/staging")) === Nil)
  }

  /** All that lies in a folder, with what is in it. */
  private def contents(folder: Path): Map[String, Seq[Byte]] = {
    val entries = Files.walk(folder)
    try
      entries
        .iterator()
        .asScala
        .filter(Files.isRegularFile(_))
        .map(file => folder.relativize(file).toString -> Files.readAllBytes(file).toSeq)
        .toMap
    finally entries.close()
  }

  test("what was published in another format is refused before anything is touched") {
    val out = folder()
    dieAfterTheManifest(out, "first-run")
    val before = contents(out)
    val failure = intercept[AuditException](open(out, run = "second-run", format = "orc"))
    assert(failure.errorClass.name === "OUTPUT_FORMAT")
    assert(failure.getMessage.contains("published in the format parquet"))
    assert(failure.getMessage.contains("Pass --format parquet"))
    assert(contents(out) === before)
    open(out, run = "third-run", format = "Parquet").close()
    assert(count(out.resolve("second")) === 5)
  }

  test("a manifest of an older version, which names no format, is carried out as it was") {
    val out = folder()
    dieAfterTheManifest(out, "first-run")
    val manifest = out.resolve("_audit/manifests/first-run-000000-000002.json")
    val text = Files.readString(manifest)
    val older = text.replaceAll("\"(format|number)\" : .*,\n *", "")
    assert(older.linesIterator.size === text.linesIterator.size - 2)
    Files.writeString(manifest, older)
    open(out, run = "second-run").close()
    assert(count(out.resolve("first")) === 3)
    assert(count(out.resolve("second")) === 5)
  }

  private def staged(out: Path, table: String): Path = {
    val folder = out.resolve(s"_audit/staging/first-run/000000-000002/$table")
    folder.resolve(visible(folder).maxBy(name => Files.size(folder.resolve(name))))
  }

  /** The first half of a file, as a move leaves it that is cut short and had fallen back to a copy.
    */
  private def copyHalf(file: Path, to: Path): Unit = {
    val bytes = Files.readAllBytes(file)
    Files.write(to, bytes.take(bytes.length / 2))
  }

  test("a file of which a part was moved is moved whole by the next run") {
    val out = folder()
    dieAfterTheManifest(out, "first-run")
    val whole = staged(out, "first")
    val table = Files.createDirectories(out.resolve("first"))
    copyHalf(whole, table.resolve(whole.getFileName))
    open(out, run = "second-run").close()
    assert(count(table) === 3)
    assert(count(out.resolve("second")) === 5)
  }

  test("a wave of which a file is nowhere whole is not carried out, and nothing is removed") {
    val out = folder()
    dieAfterTheManifest(out, "first-run")
    val file = staged(out, "second")
    copyHalf(file, file)
    val before = contents(out)
    val failure = intercept[AuditException](open(out, run = "second-run"))
    assert(failure.getMessage.contains(file.getFileName.toString), failure.getMessage)
    assert(failure.getMessage.contains("is nowhere whole"), failure.getMessage)
    assert(contents(out) === before)
  }

  test("a manifest that cannot be read is named, with what to do about it") {
    for (content <- Seq("", "{\"schemaVersion\" : 1,")) {
      val out = folder()
      dieAfterTheManifest(out, "first-run")
      val manifest = out.resolve("_audit/manifests/first-run-000000-000002.json")
      Files.writeString(manifest, content)
      val before = contents(out)
      val failure = intercept[AuditException](open(out, run = "second-run"))
      assert(failure.errorClass.name === "OUTPUT_UNREADABLE")
      assert(failure.getMessage.contains(manifest.toString), failure.getMessage)
      assert(failure.getMessage.contains("Else delete it"), failure.getMessage)
      assert(contents(out) === before)
      Files.delete(manifest)
      open(out, run = "third-run").close()
      assert(files(out.resolve("_audit/staging")) === Nil)
    }
  }

  private def reader(out: Path, tables: String*): OutputTables = {
    val read = if (tables.isEmpty) Seq("first", "second") else tables
    OutputTables.open(spark, out.toString, "parquet", read.asJava)
  }

  test("who only reads is told of a wave that is not in the tables, or brings it there") {
    val out = folder()
    dieAfterTheManifest(out, "first-run")
    val before = contents(out)
    val refused = intercept[AuditException](reader(out).requireFinished())
    assert(refused.errorClass.name === "OUTPUT_UNREADABLE")
    for (part <- Seq("first-run-000000-000002.json", "audit report " + out))
      assert(refused.getMessage.contains(part), refused.getMessage)
    reader(out).warnIfUnfinished()
    reader(out, "third").requireFinished() // the wave has nothing of that
    assert(contents(out) === before)
    val tables = reader(out).finish("reader")
    assert(tables.read("first", rows(1).schema).count() === 3)
    assert(tables.read("second", rows(1).schema).count() === 5)
    reader(out).requireFinished()
  }

  test("who only reads takes no lock and writes nothing where nothing is left to finish") {
    val nowhere = folder().resolve("mistyped")
    assert(!reader(nowhere).finish("reader").holdsFiles("first"))
    assert(!Files.exists(nowhere))
    val out = folder()
    val output = open(out) // stays at work
    try {
      val wave = output.wave("a")
      wave.write("first", rows(3))
      wave.publish()
      output.wave("b").write("first", rows(2))
      def unlocked = contents(out).filterNot(_._1.startsWith("_audit/lock"))
      val before = unlocked
      val tables = reader(out).requireFinished().finish("reader")
      assert(tables.read("first", rows(1).schema).count() === 3)
      assert(unlocked === before)
    } finally output.close()
  }

  test("what was staged and not published is gone after the run, or with the next one") {
    val out = folder()
    val output = open(out, run = "dead-run")
    output.wave("000000-000001").write("first", rows(3))
    val staging = out.resolve("_audit/staging/dead-run")
    val kept = folder().resolve("copy")
    copy(staging, kept)
    output.close()
    assert(!Files.exists(staging))
    copy(kept, staging) // as a killed process would have left it
    open(out, run = "next-run").close()
    assert(files(out.resolve("_audit/staging")) === Nil)
    assert(!Files.exists(out.resolve("first")))
  }

  private def copy(from: Path, to: Path): Unit = {
    val entries = Files.walk(from)
    try
      entries.iterator().asScala.toSeq.foreach { entry =>
        val target = to.resolve(from.relativize(entry).toString)
        if (Files.isDirectory(entry)) Files.createDirectories(target)
        else Files.copy(entry, target)
      }
    finally entries.close()
  }

  test("overwriting keeps the old rows until the first new ones are published") {
    val out = folder()
    val old = open(out, run = "old")
    val oldWave = old.wave("a")
    oldWave.write("first", rows(3))
    oldWave.publish()
    old.close()
    val output = open(out, Existing.OVERWRITE, "new")
    assert(count(out.resolve("first")) === 3)
    for ((name, expected) <- Seq("a" -> 4L, "b" -> 8L)) {
      val wave = output.wave(name)
      wave.write("first", rows(4))
      wave.publish()
      assert(count(out.resolve("first")) === expected, name)
    }
    output.close()
  }

  test("a folder that another run is writing to is refused, and one whose run is gone is not") {
    val out = folder()
    val other = open(out, run = "other")
    val lock = out.resolve("_audit/lock")
    val alive = Files.readString(lock)
    other.close()
    val gone = alive.replaceFirst("\"process\":\\d+", "\"process\":" + deadProcess())
    assert(gone !== alive)
    Files.writeString(lock, gone)
    open(out, run = "after a death").close()
    Files.writeString(lock, alive) // of this process, which holds no such lock any more
    open(out, run = "after a crash of this process").close()
  }

  private def deadProcess(): Long = {
    val process = new ProcessBuilder("true").start()
    process.waitFor()
    process.pid()
  }

  test("formats that are not of files, or that nobody knows, are refused before anything is made") {
    for (format <- Seq("nonsense", "noop", "rate")) {
      val out = folder()
      val failure = intercept[AuditException](open(out, format = format))
      assert(failure.errorClass.name === "OUTPUT_FORMAT", format)
      assert(files(out) === Nil)
    }
    for (format <- Seq("orc", "json")) open(folder(), format = format).close()
  }
}
