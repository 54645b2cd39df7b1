package org.codeaudit.job.packaged.soak

import java.nio.file.{Files, Path}

import scala.util.Random

import org.apache.spark.sql.{Row, SparkSession}
import org.scalatest.funsuite.AnyFunSuite

import org.codeaudit.job.packaged._
import org.codeaudit.job.packaged.faulty.{Faults, FaultyMain, FullDisk, TaskKiller}
import org.codeaudit.{Packaged, Soak}

/** Many rows on a cluster that is disturbed all the time, run by `-Psoak`: none may be lost or come
  * twice, each that fails is named, and what lives long enough holds as much memory at the end as
  * before. The seed decides which inputs are odd and which fault comes when.
  */
class SoakSuite extends AnyFunSuite {
  private def setting(name: String): Option[Long] =
    sys.props.get(s"soak.$name").flatMap(_.toLongOption)
  private val seconds = setting("minutes").getOrElse(60L).toInt * 60
  private val rows = setting("rows").getOrElse(20000L).toInt
  private val seed = setting("seed").getOrElse(Random.nextInt(100000).toLong)

  private val inputs = new Inputs(rows, seed)
  private val plan = new FaultPlan(seed, seconds)
  private val folder = Build.workFolder("soak")
  private val full = folder.resolve("disk-is-full")
  private val prompt = Patches.writePrompt(folder.resolve("short.md"))

  test("every row comes back once, whatever happens", Packaged, Soak) {
    println(s"SOAK seed $seed: $rows rows, ${seconds / 60} minutes; in $folder")
    val source = inputs.write(folder.resolve("patches"))
    val jar = ClassJar.of(classOf[Faults], folder.resolve("faulty.jar"))
    val spark = SparkSession
      .builder()
      .master("local[1]")
      .config("spark.ui.enabled", "false")
      .config("spark.driver.host", "127.0.0.1")
      .config("spark.driver.bindAddress", "127.0.0.1")
      .getOrCreate()
    val cluster = new StandaloneCluster(folder)
    try {
      def ledgerOf(name: String) =
        new Ledger(Files.createDirectories(folder.resolve(name).resolve("ledger")))
      val out = folder.resolve("tables")
      def tables = new Tables(spark, out, input = "repository")
      def submit(
          name: String,
          faults: Faults,
          source: Path,
          out: String,
          more: Map[String, String] = Map.empty,
          options: Seq[String] = Nil
      ): Submission =
        cluster.submit(
          folder.resolve(name),
          FaultyMain.getClass.getName.stripSuffix("$"),
          Seq(jar),
          SoakSuite.settings(faults, full) ++ more,
          faults.argument +: (arguments(source, out) ++ options)
        )

      val undisturbed = submit(
        "undisturbed",
        Faults(ledgerOf("undisturbed").folder.toString, pace = 0),
        inputs.write(folder.resolve("sample"), every = SoakSuite.sampled),
        folder.resolve("expected").toString
      )
      assert(undisturbed.exitCode(3600) <= 1, undisturbed.lastWords)
      val expected = new Tables(spark, folder.resolve("expected"), input = "repository")
      assert(expected.answers.size === (rows - 1) / SoakSuite.sampled + 1)

      val ledger = ledgerOf("disturbed")
      val faults = Faults(ledger.folder.toString, poison = Some(Input.Poison))
      var submissions = 0
      var found = false
      def next(): Submission = {
        submissions += 1
        // Duplicates of slow tasks exclude finding poison: they begin when it was found.
        found ||= inputs.poison.subsetOf(poisonous(tables))
        submit(
          s"submission-$submissions",
          faults,
          source,
          s"disk:$out",
          if (found) SoakSuite.speculation else Map.empty
        )
      }
      val audit = new DisturbedAudit(cluster, ledger, plan, rows, out, full, () => next())
      val code = audit.run()
      val length = audit.second

      assert(code === 1)
      val disturbed = tables
      disturbed.check(inputs.all.keySet)
      val suspected = poisonous(disturbed) -- inputs.poison
      new SoakReport(audit, disturbed, inputs, suspected, length).print()

      // Executors that ended while they ran a row alone have left suspicion on it. Such a row says
      // itself how it is asked again.
      if (suspected.nonEmpty) {
        val retry = Seq("--retry-poison")
        val again = submit("asked-again", faults, source, s"disk:$out", options = retry)
        assert(again.exitCode(3600) === 1, again.lastWords)
      }
      val written = tables
      written.check(inputs.all.keySet)
      val latest = written.latest.map(row => row.getAs[String]("repository") -> row).toMap
      for ((file, input) <- inputs.all) {
        val row = latest(file)
        assert(
          row.getAs[String]("status") === input.status && reason(row).startsWith(input.reason),
          s"$file, ${input.kind}"
        )
        if (input.status == "failed")
          assert(row.getAs[String]("error_message").nonEmpty, file)
      }
      val answers = written.answers
      val comparable = expected.answers -- inputs.poison
      assert(comparable.filter { case (file, answer) => answers(file) != answer } === Map.empty)
      val leaks = Build
        .files(folder)
        .filter(file => file.toString.endsWith(".log") || file.toString.endsWith("/stderr"))
        .filter(file => Files.readString(file).contains(Input.Secret)) ++
        (written.reviews ++ written.findings).filter(_.toString.contains(Input.Secret))
      assert(leaks === Nil, "a secret was written")

      for {
        role <- Seq("driver", "executor")
        life = audit.memory.longest(role) if life.seconds >= SoakSuite.longEnough
        (what, of) <- SoakReport.measures
      } {
        val (before, after) = life.leasts(of)
        assert(after <= before * (1 + SoakSuite.growth), s"$what of the $role grows")
      }
    } finally {
      cluster.close()
      spark.stop()
    }
    Build.delete(folder)
  }

  /** The inputs that are held to end their executors. */
  private def poisonous(tables: Tables): Set[String] = tables.latest
    .filter(reason(_) == "POISON_ROW")
    .map(_.getAs[String]("repository"))
    .toSet

  private def reason(row: Row): String = Seq("error_class", "skip_reason")
    .flatMap(column => Option(row.getAs[String](column)))
    .mkString

  private def arguments(source: Path, out: String): Seq[String] =
    Seq("review", source.toString, "--out", out, "--quiet", "--review", "open") ++
      Seq(
        "--source-option",
        s"filesPerPartition=${DisturbedAudit.rowsOfATask}",
        "--source-option",
        "maxDiffBytes=10000"
      ) ++
      Seq("--model", Build.root.resolve("data/golden/qwen3-tiny").toString) ++
      Seq("--prompt", prompt.toString, "--max-new-tokens", "120", "--max-findings", "1")
}

object SoakSuite {

  /** The answers to one row of so many are compared with those of a run that nothing disturbs. */
  private val sampled = 40

  /** Seconds a process must have lived to say of its memory that it stays flat. */
  private val longEnough = 1200

  /** By how much the memory of a process may grow from the second quarter of its life to the last.
    * A prompt and its answer are a kilobyte or two, and thousands of rows lie between: if each left
    * something of itself behind, it would be more.
    */
  private val growth = 0.1

  private def settings(faults: Faults, full: Path): Map[String, String] = Map(
    "spark.extraListeners" -> classOf[TaskKiller].getName,
    "spark.faulty.ledger" -> faults.ledger,
    "spark.hadoop.fs.disk.impl" -> classOf[FullDisk].getName,
    "spark.hadoop.fs.disk.full" -> full.toString,
    // Spark's own record of what has run, for a page that nobody opens: full before the second
    // quarter begins.
    "spark.ui.retainedJobs" -> "20",
    "spark.ui.retainedStages" -> "20",
    "spark.ui.retainedTasks" -> "200",
    "spark.sql.ui.retainedExecutions" -> "20"
  )

  private val speculation: Map[String, String] = Map(
    "spark.speculation" -> "true",
    "spark.speculation.quantile" -> "0.3",
    "spark.speculation.minTaskRuntime" -> "5s"
  )
}
