package org.codeaudit.job.audit
import java.nio.file.{Files, Path}
import java.util.{Iterator => JavaIterator, Map => JavaMap}
import java.util.concurrent.ConcurrentHashMap
import java.util.function.UnaryOperator

import scala.concurrent.duration._
import scala.jdk.CollectionConverters._

import org.apache.spark.api.java.function.MapPartitionsFunction
import org.apache.spark.sql.{DataFrame, Dataset, Row}
import org.apache.spark.sql.types._
import org.codeaudit.job.sink.{Existing, OutputFolder}
import org.codeaudit.job.source.SparkSuite
import org.codeaudit.udf.run.{Progress, RunContext}

/** What tasks of the suites below find: they run in this JVM. */
object Asked {
  val numbers = ConcurrentHashMap.newKeySet[java.lang.Long]()
  @volatile var broken: Set[Long] = Set.empty
  @volatile var failing: Set[Long] = Set.empty

  /** A number that is not answered before another was asked. */
  @volatile var held: Map[Long, Long] = Map.empty
}

/** Doubles numbers; a broken number breaks its task, a failing one only its row. */
class Doubling(run: RunContext) extends MapPartitionsFunction[Row, Row] {
  override def call(rows: JavaIterator[Row]): JavaIterator[Row] = {
    val earlier = run.earlier.value
    rows.asScala
      .filter { row =>
        val known = earlier.finished(DoublingStep.key(row.getLong(0)))
        if (known) run.progress.add(new Progress(1, 1, 0, 0, 0, 0, 0))
        !known
      }
      .map { row =>
        val number = row.getLong(0)
        if (Asked.broken.contains(number)) throw new IllegalStateException(s"broken at $number")
        Asked.numbers.add(number)
        for (other <- Asked.held.get(number)) {
          val deadline = 2.minutes.fromNow
          while (!Asked.numbers.contains(other)) {
            if (deadline.isOverdue()) throw new IllegalStateException(s"$other was never asked")
            Thread.sleep(5)
          }
        }
        val key = DoublingStep.key(number)
        val failed = Asked.failing.contains(number)
        Row.fromSeq(
          Seq("run" + run.earlier.id, key, earlier.attempt(key)) ++
            Seq(if (failed) "failed" else "ok", if (failed) "BAD" else null, 2 * number)
        )
      }
      .asJava
  }
}

object DoublingStep extends ModelStep {
  def key(number: Long): String = f"$number%016x" + "0" * 16

  override def table(): String = "doubles"
  override def inputKey(): String = "row_key"
  override val schema: StructType = new StructType()
    .add("run_id", StringType)
    .add("row_key", StringType)
    .add("attempt", IntegerType)
    .add("status", StringType)
    .add("error_class", StringType)
    .add("double", LongType)
  override def function(run: RunContext): MapPartitionsFunction[Row, Row] = new Doubling(run)
  private val halves: UnaryOperator[Dataset[Row]] =
    rows => rows.where("status = 'ok'").selectExpr("double div 2 as number")
  override def tables(): JavaMap[String, UnaryOperator[Dataset[Row]]] =
    JavaMap.of("doubles", UnaryOperator.identity[Dataset[Row]](), "halves", halves)
}

class WavesSuite extends SparkSuite {
  private def numbers(count: Int, partitions: Int): DataFrame =
    spark.range(0, count, 1, partitions).toDF()

  private def run(
      out: Path,
      input: DataFrame,
      wave: Int,
      run: String,
      beforeWave: () => Unit = () => ()
  ): Unit = {
    Asked.numbers.clear()
    val folder = OutputFolder.open(
      spark,
      out.toString,
      run,
      Existing.RESUME,
      "parquet",
      List("doubles", "halves").asJava
    )
    try {
      val earlier =
        Resume.goOn(folder.read("doubles", DoublingStep.schema), "row_key", false).build()
      val progress = new org.codeaudit.udf.run.ProgressAccumulator
      spark.sparkContext.register(progress)
      val context = new RunContext(progress, spark.sparkContext.broadcast(earlier), null)
      new Waves(spark, folder, DoublingStep, new Doubling(context), input, wave).run { () =>
        beforeWave()
        false
      }
    } finally folder.close()
  }

  private def table(out: Path, name: String): DataFrame = spark.read.parquet(s"$out/$name")

  private def latest(out: Path): Map[String, (Int, String)] =
    table(out, "doubles")
      .collect()
      .groupBy(_.getAs[String]("row_key"))
      .view
      .mapValues { rows =>
        val last = rows.maxBy(_.getAs[Int]("attempt"))
        last.getAs[Int]("attempt") -> last.getAs[String]("status")
      }
      .toMap

  private def reset(): Path = {
    Asked.broken = Set.empty
    Asked.failing = Set.empty
    Asked.held = Map.empty
    Files.createTempDirectory("waves")
  }

  test("however the input is cut into waves, every row is there once and so is what follows") {
    for ((partitions, wave) <- Seq(1 -> 0, 7 -> 1, 7 -> 3, 8 -> 0, 5 -> 99)) {
      val out = reset()
      run(out, numbers(40, partitions), wave, "run")
      val doubles = table(out, "doubles").select("double").collect().map(_.getLong(0)).sorted
      assert(doubles.toSeq === (0L until 40L).map(2 * _), (partitions, wave))
      val halves = table(out, "halves").collect().map(_.getLong(0)).sorted
      assert(halves.toSeq === (0L until 40L), (partitions, wave))
    }
  }

  test("a slow wave keeps the next ones from beginning only when many wait for it") {
    val out = reset()
    // The first of ten waves of four numbers has no end before the fifth has begun.
    Asked.held = Map(0L -> 16L)
    var begun = 0
    val published = () => table(out, "doubles").select("double").collect().map(_.getLong(0)).toSet
    run(
      out,
      numbers(40, 10),
      1,
      "run",
      () => {
        begun += 1
        if (begun == 6) assert(published().contains(0L))
      }
    )
    assert(begun === 10 && published().size === 40)
  }

  test("waves grow with the slots of a cluster, unless the user says how large they are") {
    val sizes = Seq(1 -> 2, 4 -> 8, 16 -> 32, 17 -> 68, 128 -> 512, 129 -> 1032, 1024 -> 8192)
    for ((slots, size) <- sizes) {
      assert(WaveSchedule.of(0).size(slots) === size)
      assert(WaveSchedule.of(3).size(slots) === 3)
    }
  }

  test("what a failing wave leaves is kept, and the next run asks only the rest") {
    val out = reset()
    Asked.broken = Set(33L)
    val failure = intercept[Exception](run(out, numbers(40, 8), 1, "first"))
    assert(Iterator.iterate[Throwable](failure)(_.getCause).takeWhile(_ != null).exists { cause =>
      String.valueOf(cause.getMessage).contains("broken at 33")
    })
    val kept = latest(out).keySet
    assert(kept.size >= 30 && kept.size < 40 && !kept.contains(DoublingStep.key(33)))

    Asked.broken = Set.empty
    run(out, numbers(40, 8), 1, "second")
    assert(latest(out).size === 40 && table(out, "doubles").count() === 40)
    assert(Asked.numbers.size === 40 - kept.size)
    assert(table(out, "halves").distinct().count() === 40 && table(out, "halves").count() === 40)
  }

  test("rows that failed are asked again as a further attempt, until they come back") {
    val out = reset()
    Asked.failing = Set(3L, 20L)
    run(out, numbers(40, 4), 2, "first")
    assert(latest(out)(DoublingStep.key(3)) === (1, "failed"))
    Asked.failing = Set(20L)
    run(out, numbers(40, 4), 2, "second")
    assert(Asked.numbers.asScala.map(_.longValue).toSet === Set(3L, 20L))
    assert(latest(out)(DoublingStep.key(3)) === (2, "ok"))
    assert(latest(out)(DoublingStep.key(20)) === (2, "failed"))
    run(out, numbers(44, 4), 2, "third") // four more inputs than before
    assert(Asked.numbers.asScala.map(_.longValue).toSet === Set(20L, 40L, 41L, 42L, 43L))
    assert(latest(out)(DoublingStep.key(20)) === (3, "failed"))
    assert(table(out, "halves").count() === 43)
  }

  test("an input of several rows is whole only when all of them came back") {
    val schema = new StructType()
      .add("row_key", StringType)
      .add("input_key", StringType)
      .add("unit_count", IntegerType)
      .add("unit", IntegerType)
      .add("attempt", IntegerType)
      .add("status", StringType)
      .add("error_class", StringType)
    def key(name: Char) = name.toString * 32
    val rows = Seq(
      Row(key('1'), key('a'), 2, 0, 1, "ok", null),
      Row(key('2'), key('a'), 2, 1, 1, "truncated", null),
      Row(key('3'), key('b'), 2, 0, 1, "ok", null),
      Row(key('4'), key('b'), 2, 1, 1, "failed", "OOPS"),
      Row(key('4'), key('b'), 2, 1, 2, "failed", "OOPS"),
      Row(key('5'), key('c'), 1, null, 1, "skipped", null),
      Row(key('6'), key('d'), 1, null, 1, "failed", "POISON_ROW"),
      Row(key('7'), key('e'), 1, null, 1, "failed", "OOPS"),
      Row(key('7'), key('e'), 1, null, 2, "ok", null),
      Row(key('8'), key('f'), 3, 0, 1, "ok", null), // the others were never written
      // Failed as a whole, and was split when it was asked again: the whole counts no more.
      Row("01" * 16, "9" * 32, 1, null, 1, "failed", "POISON_ROW"),
      Row("02" * 16, "9" * 32, 2, 0, 2, "ok", null),
      Row("03" * 16, "9" * 32, 2, 1, 2, "failed", "OOPS"),
      Row("04" * 16, "91" * 16, 2, 0, 1, "ok", null),
      Row("05" * 16, "91" * 16, 2, 1, 1, "failed", "POISON_ROW"),
      Row("06" * 16, "92" * 16, 2, 0, 1, "failed", "OOPS"),
      Row("07" * 16, "92" * 16, 2, 1, 1, "failed", "POISON_ROW")
    )
    val table = spark.createDataFrame(rows.asJava, schema)
    val earlier = Resume.goOn(table, "input_key", false).build()
    assert(!earlier.finished("9" * 32))
    assert(earlier.attempt("01" * 16) === 2, "should the whole fail once more")
    val finished = "12345678abcdef".filter(name => earlier.finished(key(name)))
    assert(finished === "38acde")
    val poison = Seq(key('d'), "91" * 16, "07" * 16)
    assert(
      rows
        .flatMap(row => Seq(row.getString(0), row.getString(1)))
        .filter(earlier.poison)
        .toSet === poison.toSet
    )
    assert(poison.forall(earlier.finished) && !earlier.finished("92" * 16))
    assert(!poison.exists(Resume.goOn(table, "input_key", true).build().poison))
    assert(earlier.attempt(key('4')) === 3 && earlier.attempt(key('9')) === 1)
    assert(!Resume.goOn(table, "input_key", true).build().finished(key('d')))
    val again = Resume.askAgain(table).build()
    assert(!again.finished(key('a')) && !again.finished(key('1')))
    assert(again.attempt(key('7')) === 3 && again.attempt(key('1')) === 2)
  }
}
