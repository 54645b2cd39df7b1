package org.codeaudit.bench.load
import java.nio.file.{Files, Path}
import java.util.{List => JavaList}

import org.codeaudit.bench.measure.ChildJvm
import org.codeaudit.bench.load.LoadResult.Status
import org.codeaudit.bench.load.LoadRow.Start
import org.codeaudit.model.PlacementRequest.Strategy
import org.codeaudit.model.{Arithmetic, Precision}
import org.scalatest.funsuite.AnyFunSuite

class LoadBenchSuite extends AnyFunSuite {

  private def figures(open: Double, first: Double, peak: Long = 0) =
    new LoadFigures(open, first, 0.1, "cpu", "cpu", 80, 100, peak, 0, 0, 0)

  private def row(
      precision: Precision,
      start: Start,
      reads: Seq[Double],
      needed: Long,
      results: LoadResult*
  ) = new LoadRow(
    new LoadCase("m", precision, Arithmetic.AUTO, Strategy.CPU, 512, 0, 1),
    start,
    0,
    needed,
    JavaList.of(results: _*),
    JavaList.of(reads.map(new PlainRead(1000, _)): _*)
  )

  private def measured(open: Double, first: Double, peak: Long = 0) =
    LoadResult.measured(figures(open, first, peak))

  test("a row shows its median load, next to the median plain read of the bytes it needs") {
    val three = row(
      Precision.BF16,
      Start.FIRST,
      Seq(4, 1, 2),
      500,
      measured(9, 10),
      measured(1, 2, 120),
      measured(0.5, 1)
    )
    assert(three.figures.get.openSeconds == 1)
    assert(three.openToRead.get == 1.0 / 2)
    assert(three.firstTokenToRead.get == 2.0 / (2 * 0.5))
    assert(three.peakToDeclared.get == 1.2)
    assert(three.gigabytesPerSecond.get == 1000 / 2.0 / 1e9)
  }

  test("a row of which one load failed has its reason and no figures") {
    val broken = LoadResult.without(Status.REFUSED, "too large")
    val half = row(Precision.F32, Start.FIRST, Seq(1), 1000, measured(1, 2), broken)
    assert(half.figures.isEmpty && half.openToRead.isEmpty)
    assert(half.reason.get == "refused: too large")
  }

  test("a target names the row that is furthest from it, among those it is asked of") {
    val rows = JavaList.of(
      row(Precision.BF16, Start.FIRST, Seq(2), 1000, measured(1, 2.2, 105)),
      row(Precision.BF16, Start.WARM, Seq(1), 1000, measured(0.3, 0.5, 90)),
      row(Precision.F32, Start.WARM, Seq(1), 1000, measured(0.1, 0.5, 90)),
      row(Precision.INT8, Start.FIRST, Seq(2), 1000, measured(5, 6, 130)),
      row(Precision.INT8, Start.WARM, Seq(1), 1000, measured(0.9, 1, 90))
    )
    val worst = Map(
      "warm open, unquantised, to one cold read" -> (0.15, Precision.BF16),
      "warm open, unquantised, to one warm read" -> (0.3, Precision.BF16),
      "cold first token to a cold read of the bytes it needs" -> (1.1, Precision.BF16),
      "quantising while loading to one cold read" -> (2.5, Precision.INT8),
      "peak resident memory to what the plan says" -> (1.3, Precision.INT8)
    )
    val targets = LoadTarget.of(2)
    assert(targets.size == worst.size)
    targets.forEach { target =>
      val found = target.worst(rows).get
      val (ratio, precision) = worst(target.name)
      assert(math.abs(found.getValue - ratio) < 1e-9, target.name)
      assert(found.getKey.load.precision == precision, target.name)
    }
    assert(targets.get(0).worst(JavaList.of()).isEmpty)
  }

  test("a process that dies says how") {
    val log = Files.writeString(Files.createTempFile("log", ".txt"), "a\n\nb\nlast words\n")
    assert(ChildJvm.death(137, log).contains("memory"))
    assert(ChildJvm.death(134, log).endsWith("a / b / last words"))
    val exit = ChildJvm.run(
      classOf[LoadProbe],
      java.util.Map.of(),
      log,
      "no JSON",
      "nowhere"
    )
    assert(exit == 1 && ChildJvm.death(exit, log).startsWith("the process ended with 1: "))
  }

  test("files that were dropped are read again, whole") {
    val file = Files.write(Files.createTempFile("pages", ".bin"), new Array[Byte](3000000))
    val files = JavaList.of[Path](file)
    PageCache.drop(files)
    val read = PlainRead.of(files)
    assert(read.bytes == 3000000 && read.seconds > 0)
    Files.delete(file)
  }
}
