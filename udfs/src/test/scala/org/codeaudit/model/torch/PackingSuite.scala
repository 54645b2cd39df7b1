package org.codeaudit.model.torch
import java.nio.file.{Files, Path}
import java.nio.{ByteBuffer, ByteOrder}

import org.codeaudit.model.torch.program.DecoderProgram
import org.scalatest.funsuite.AnyFunSuite

/** Mapped matrices are packed while they are used, and answer the same before, during and after. */
class PackingSuite extends AnyFunSuite {
  import Matrices._

  private val (rows, columns) = (300, 200)

  /** A file of bfloat16 numbers. */
  private def file(change: Array[Float] => Unit): (Path, Array[Float]) = {
    val random = new scala.util.Random(1)
    val exact = Array.fill(rows * columns)(random.nextGaussian().toFloat)
    change(exact)
    val numbers = exact.map(n =>
      java.lang.Float.intBitsToFloat(java.lang.Float.floatToRawIntBits(n) & 0xffff0000)
    )
    val bytes = ByteBuffer.allocate(2 * numbers.length).order(ByteOrder.LITTLE_ENDIAN)
    numbers.foreach(n => bytes.putShort((java.lang.Float.floatToRawIntBits(n) >>> 16).toShort))
    val path = Files.createTempFile("numbers", ".bf16")
    Files.write(path, bytes.array)
    (path, numbers)
  }

  private def withMapped(path: Path)(use: (Put, () => Long, Int => Unit) => Unit): Unit =
    withProgram { program =>
      val decoder = new DecoderProgram(program)
      val file = decoder.mapFile(path.toString, rows.toLong * columns, 15)
      // in two parts, one below the other
      for ((first, count) <- Seq((0, 100), (100, 200)))
        decoder.partMapped(file, first.toLong * columns, count.toLong, columns.toLong)
      decoder.keepParts(DecoderProgram.Widening.UNTIL_PACKED)
      decoder.putKept("m")
      use(
        new Put(program, 0),
        () => decoder.pack(),
        numbers => program.call("pack_numbers", "m", Long.box(numbers.toLong))
      )
    }

  private val random = new scala.util.Random(5)
  private val x = Array.fill(20, columns)(random.nextGaussian().toFloat)

  private def product(numbers: Array[Float], row: Array[Float], n: Int): Double =
    row.indices.map(k => row(k).toDouble * numbers(n * columns + k)).sum

  private def check(put: Put, numbers: Array[Float]): Unit =
    for (count <- Seq(1, 3, 20)) {
      val y = put.multiply(x.take(count))
      for (i <- 0 until count; n <- 0 until rows) {
        val expected = product(numbers, x(i), n)
        assert(math.abs(y(i)(n) - expected) <= 1e-4 + 1e-5 * math.abs(expected))
      }
    }

  test("a matrix is packed once sixteen rows were multiplied with it") {
    val (path, numbers) = file(_ => ())
    try
      withMapped(path) { (put, step, _) =>
        assert(step() == 0)
        for (count <- Seq(10, 5)) {
          put.multiply(x.take(count))
          assert(step() == 0)
        }
        put.multiply(x.take(1))
        // both parts at this step: they are small
        assert(step() == numbers.length)
        check(put, numbers)
        assert(step() == -1)
      }
    finally Files.delete(path)
  }

  test("a large matrix is packed block by block") {
    val (path, numbers) = file(_ => ())
    try
      withMapped(path) { (put, _, pack) =>
        for (_ <- 1 to 6) {
          pack(60 * columns)
          check(put, numbers)
        }
      }
    finally Files.delete(path)
  }

  test("what float16 cannot hold is not packed, nor what comes after it") {
    val (path, numbers) = file(numbers => numbers(170 * columns) = 1e30f)
    try
      withMapped(path) { (put, step, _) =>
        check(put, numbers)
        assert(step() > 0)
        check(put, numbers)
        assert(step() == -1)
      }
    finally Files.delete(path)
  }
}
