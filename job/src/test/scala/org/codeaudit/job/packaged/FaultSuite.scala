package org.codeaudit.job.packaged
import java.nio.file.{Files, Path}

import scala.util.Try

import org.apache.spark.sql.SparkSession
import org.scalatest.funsuite.AnyFunSuite
import org.scalatest.{BeforeAndAfterAll, Outcome}

import org.codeaudit.job.Main
import org.codeaudit.job.packaged.faulty.{Faults, FaultyMain, FullDisk, TaskKiller}
import org.codeaudit.{Long, Packaged}

/** Jobs on a real cluster, and what may go wrong there. Each fault comes at a moment that the
  * executors' own records decide, and the tables are read by another Spark than the one that wrote
  * them.
  */
class FaultSuite extends AnyFunSuite with BeforeAndAfterAll {
  private val patches = new Patches(200)
  private lazy val folder: Path = Build.workFolder("faults")
  private lazy val cluster = new StandaloneCluster(folder)
  private lazy val input: Path = patches.write(folder.resolve("patches"))
  private lazy val prompt: Path = Patches.writePrompt(folder.resolve("short.md"))
  private lazy val faultyJar: Path =
    ClassJar.of(classOf[Faults], folder.resolve("faulty.jar"))
  private lazy val spark: SparkSession = SparkSession
    .builder()
    .master("local[1]")
    .config("spark.ui.enabled", "false")
    .config("spark.driver.host", "127.0.0.1")
    .config("spark.driver.bindAddress", "127.0.0.1")
    .config(DeltaJars.settings)
    .getOrCreate()
  private var submissions: Vector[Submission] = Vector.empty
  private var failed = false

  override def withFixture(test: NoArgTest): Outcome = {
    val outcome = super.withFixture(test)
    failed ||= outcome.isFailed
    // A job that is still there after a failure would hold the executors of the next.
    submissions.foreach(_.killDriver())
    outcome
  }

  private def submit(
      name: String,
      main: Class[_],
      jar: Path,
      settings: Map[String, String],
      arguments: Seq[String],
      more: Seq[Path] = Nil
  ): Submission = {
    val work = folder.resolve(name.replace(' ', '-'))
    val submission =
      cluster.submit(work, main.getName.stripSuffix("$"), jar +: more, settings, arguments)
    submissions :+= submission
    submission
  }

  override def afterAll(): Unit = {
    if (Files.exists(folder.resolve("master.log"))) cluster.close()
    if (!failed) Build.delete(folder)
    spark.stop()
  }

  /** A review of the patches that is told to fail. */
  private class Run(
      val name: String,
      settings: Map[String, String],
      faults: Faults => Faults,
      scheme: String,
      earlier: Option[Run],
      val format: String,
      wanted: Option[String]
  ) {
    private val work = folder.resolve(name.replace(' ', '-'))
    val ledger = new Ledger(Files.createDirectories(work.resolve("ledger")))
    val out: Path = earlier.fold(work.resolve("tables"))(_.out)
    private val begin = System.nanoTime()

    /** When the fault was asked for that is wanted from the beginning. */
    val wantedAt: scala.Long = wanted.fold(0L)(ledger.want)

    val submission: Submission = submit(
      name,
      FaultyMain.getClass,
      faultyJar,
      settings ++ (if (format == "delta") DeltaJars.settings else Nil) +
        ("spark.faulty.ledger" -> ledger.folder.toString),
      (faults(Faults(ledger.folder.toString)).argument +: arguments(input, scheme + out, 120)) ++
        Seq("--format", format),
      if (format == "delta") DeltaJars.paths else Nil
    )

    /** The exit code, and the seconds it took to come to it. */
    private lazy val end: (Int, Double) =
      (submission.exitCode(), (System.nanoTime() - begin) / 1e9)
    def exitCode: Int = end._1
    def seconds: Double = end._2
    lazy val tables = new Tables(spark, out, format)
  }

  private def arguments(source: Path, out: String, tokens: Int): Seq[String] =
    Seq("review", source.toString, "--source-option", "filesPerPartition=8", "--out", out) ++
      Seq("--model", Build.root.resolve("data/golden/qwen3-tiny").toString, "--quiet") ++
      Seq(
        "--prompt",
        prompt.toString,
        "--max-new-tokens",
        tokens.toString,
        "--max-findings",
        "1"
      ) ++
      Seq("--review", "open")

  private def start(
      name: String,
      settings: Map[String, String] = Map.empty,
      faults: Faults => Faults = identity,
      scheme: String = "",
      earlier: Option[Run] = None,
      format: String = "parquet",
      wanted: Option[String] = None
  ): Run = new Run(name, settings, faults, scheme, earlier, format, wanted)

  /** Waits until readers can see something of a run, while more is on its way. */
  private def awaitWave(run: Run): Unit =
    JvmProcess.await("rows of a published wave", 240)(
      // A file may be renamed while its folder is listed.
      Try(Tables.waves(run.out) >= 1 && Tables.rowsAreThere(run.out, run.format)).toOption
        .filter(identity)
    )

  /** The run nothing happens to: what every other must come to. */
  private lazy val undisturbed: Run = {
    val run = start("undisturbed")
    assert(run.exitCode === 0, run.submission.driver.log)
    run
  }

  /** Waits for the end of a run and compares its tables with those of the undisturbed one. */
  private def finish(run: Run, faultAt: => scala.Long): Unit = {
    assert(run.exitCode === 0, run.submission.driver.log)
    run.tables.check(patches.paths)
    assert(run.tables.answers === undisturbed.tables.answers)
    val recovered = run.submission.secondsToRecover(faultAt)
    val lost = patches.paths.size - run.tables.answers.size
    println(
      f"FAULT ${run.name}: lost $lost rows, ${run.submission.lost.size} tasks done again, " +
        f"${run.submission.attempts.count(_.speculative)} duplicates, recovered in $recovered%.1f s; ${run.seconds}%.0f s in all, ${undisturbed.seconds}%.0f s undisturbed"
    )
  }

  test("the packaged jar alone: one model per GPU executor, loaded once", Packaged, Long) {
    val out = folder.resolve("real").resolve("tables")
    val submission = submit(
      "real",
      classOf[Main],
      Build.libtorch,
      Map("spark.executorEnv.OMP_WAIT_POLICY" -> "PASSIVE"),
      arguments(patches.commit(folder.resolve("repository")), out.toString, 8) ++
        Seq("--mode", "file", "--threads", "1")
    )
    assert(submission.exitCode() === 0, submission.driver.log)
    val tables = new Tables(spark, out)
    tables.check(patches.paths)
    val executors = tables.reviews.groupBy(_.getAs[String]("executor_id"))
    assert(executors.size === 2)
    executors.values.foreach { rows =>
      // The tasks that began with the executor waited for the same load, and no later one for long.
      val waits = rows.filterNot(row => row.isNullAt(row.fieldIndex("model_load_ns")))
      val load = waits.map(_.getAs[scala.Long]("model_load_ns")).max
      val waited = waits.filter(_.getAs[scala.Long]("model_load_ns") > load / 2)
      assert(waited.map(_.getAs[scala.Long]("task_attempt_id")).distinct.size <= 2)
    }
    println(
      s"FAULT none, a real model: 200 rows, loaded once in each of ${executors.size} executors"
    )
  }

  test("nothing happens: every row once, loads are executors, batches mix tasks", Packaged, Long) {
    val tables = undisturbed.tables
    tables.check(patches.paths)
    assert(undisturbed.ledger.loads.map(_._1).sorted === Seq("0", "1"))
    assert(undisturbed.ledger.loads.map(_._2).sorted === Seq("0", "1"), "each on its own GPU")
    assert(undisturbed.ledger.answers === patches.paths.size)
    assert(tables.findings.size > 20)
    // A task has eight rows: more than that in a batch are rows of several tasks.
    val batch = tables.reviews.map(_.getAs[Double]("mean_batch_size")).max
    assert(batch > 8.5)
    println(f"FAULT none: 200 rows, 2 loads, batches of up to $batch%.1f rows of tasks of 8")
  }

  test("an executor is killed: its tasks are done again elsewhere", Packaged, Long) {
    val run = start("executor killed", faults = _.copy(pace = 60))
    run.ledger.await(executors = 2, answers = 10)
    val faultAt = System.currentTimeMillis()
    cluster.executor(0).destroyForcibly()
    finish(run, faultAt)
    assert(run.submission.lost.nonEmpty)
    val executors = run.ledger.loads.map(_._1)
    assert(executors.distinct === executors, "an executor loads the model once")
  }

  test("a task fails with the model: both are tried again", Packaged, Long) {
    val run = start("step failed", wanted = Some(Faults.FailedStep))
    finish(run, run.wantedAt)
    assert(run.submission.lost.exists(_.reason == "ExceptionFailure"))
    assert(run.ledger.loads.size === 3)
  }

  test("an executor runs out of memory while loading: another takes its place", Packaged, Long) {
    val run = start("out of memory while loading", wanted = Some(Faults.OutOfMemory))
    finish(run, run.wantedAt)
    assert(run.submission.lost.exists(_.reason == "ExecutorLostFailure"))
  }

  test("an executor is slow: duplicates of its tasks add no row", Packaged, Long) {
    val speculation = Map(
      "spark.speculation" -> "true",
      "spark.speculation.quantile" -> "0.3",
      "spark.speculation.multiplier" -> "1.2",
      "spark.speculation.interval" -> "100ms",
      "spark.speculation.minTaskRuntime" -> "1s"
    )
    val run = start("slow executor", speculation, wanted = Some(Faults.SlowExecutor))
    finish(run, run.wantedAt)
    assert(run.submission.attempts.exists(_.speculative))
  }

  test("a user kills a task: it is done again", Packaged, Long) {
    val run = start(
      "task killed",
      Map("spark.extraListeners" -> classOf[TaskKiller].getName),
      _.copy(pace = 60),
      wanted = Some(Faults.KilledTask)
    )
    finish(run, run.submission.lost.map(_.finished).minOption.getOrElse(0L))
    assert(run.submission.lost.exists(_.reason == "TaskKilled"))
  }

  test("a worker is killed with its executor: the other does the rest", Packaged, Long) {
    val run = start("worker killed", faults = _.copy(pace = 60))
    run.ledger.await(executors = 2, answers = 10)
    val faultAt = System.currentTimeMillis()
    cluster.killWorker(0)
    try finish(run, faultAt)
    finally cluster.addWorker(0)
    assert(run.submission.lost.nonEmpty)
    assert(run.ledger.loads.map(_._1).sorted === Seq("0", "1"), "an executor loads the model once")
  }

  for (format <- Seq("parquet", "delta"))
    test(
      s"the driver is killed: a run with the same arguments goes on, in $format",
      Packaged,
      Long
    ) {
      val killed = start(s"driver killed in $format", faults = _.copy(pace = 60), format = format)
      awaitWave(killed)
      val faultAt = System.currentTimeMillis()
      killed.submission.killDriver()
      killed.tables.checkReadable()
      val kept = killed.tables.latest.size
      assert(kept > 0 && kept < patches.paths.size)

      val rerun =
        start(s"driver killed in $format and run again", earlier = Some(killed), format = format)
      assert(rerun.exitCode === 0, rerun.submission.driver.log)
      val recovered = (System.currentTimeMillis() - faultAt) / 1000.0
      rerun.tables.check(patches.paths)
      assert(rerun.tables.reviews.size === patches.paths.size, "no row was asked twice")
      assert(rerun.tables.answers === undisturbed.tables.answers)
      assert(rerun.ledger.answers <= patches.paths.size - kept)
      println(
        f"FAULT driver killed in $format: lost 0 rows, $kept of 200 kept, the rest after a rerun; " +
          f"recovered in $recovered%.1f s"
      )
    }

  test("the disk of the tables is full: a run goes on once there is room", Packaged, Long) {
    val full = folder.resolve("disk-is-full")
    val disk = Map(
      "spark.hadoop.fs.disk.impl" -> classOf[FullDisk].getName,
      "spark.hadoop.fs.disk.full" -> full.toString
    )
    val stopped = start("disk full", disk, _.copy(pace = 60), scheme = "disk:")
    awaitWave(stopped)
    Files.createFile(full)
    assert(stopped.exitCode === 3, stopped.submission.driver.log)
    val error = stopped.submission.driver.log.linesIterator.find(_.startsWith("error: "))
    assert(error.exists(_.contains("No space left on device")), error)
    stopped.tables.checkReadable()
    assert(!Files.exists(stopped.out.resolve("_audit/lock")), "the next run need not wait")
    val kept = stopped.tables.latest.size
    assert(kept > 0 && kept < patches.paths.size)

    Files.delete(full)
    val faultAt = System.currentTimeMillis()
    val rerun = start("disk full and run again", disk, scheme = "disk:", earlier = Some(stopped))
    assert(rerun.exitCode === 0, rerun.submission.driver.log)
    val recovered = (System.currentTimeMillis() - faultAt) / 1000.0
    rerun.tables.check(patches.paths)
    assert(rerun.tables.reviews.size === patches.paths.size, "no row was asked twice")
    assert(rerun.tables.answers === undisturbed.tables.answers)
    println(
      f"FAULT disk full: lost 0 rows, $kept of 200 kept, the rest after a rerun; " +
        f"recovered in $recovered%.1f s once there was room"
    )
  }

  test("a row kills its executor: it is named, all others come back", Packaged, Long) {
    val victim = "src/Part100.java"
    val run = start("poison row", faults = _.copy(poison = Some("Part100")))
    assert(run.exitCode === 1, run.submission.driver.log)
    run.tables.check(patches.paths)
    assert(run.tables.answers - victim === undisturbed.tables.answers - victim)
    val row = run.tables.latest.find(_.getAs[String]("path") == victim).get
    assert(row.getAs[String]("status") === "failed")
    assert(row.getAs[String]("error_class") === "POISON_ROW")
    val deaths = run.ledger.deaths
    println(
      f"FAULT poison row: lost 0 rows, 1 failed with its name after $deaths deaths of executors; " +
        f"${run.seconds}%.0f s in all, ${undisturbed.seconds}%.0f s undisturbed"
    )
  }
}
