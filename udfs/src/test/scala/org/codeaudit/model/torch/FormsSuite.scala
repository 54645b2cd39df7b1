package org.codeaudit.model.torch

import java.nio.ByteBuffer
import java.util.Optional

import org.codeaudit.AuditException
import org.codeaudit.checkpoint.quantized.{NormalFloat4, QuantizedMatrix}
import org.codeaudit.model.Precision
import org.codeaudit.placement.weight.ProcessorKernels.Int8
import org.codeaudit.placement.weight.{ProcessorKernels, WeightForm}
import org.scalatest.BeforeAndAfterAll
import org.scalatest.funsuite.AnyFunSuite

import scala.util.Random

/** Matrices of codes hold what they should and multiply as it. */
class FormsSuite extends AnyFunSuite with BeforeAndAfterAll {
  import Matrices._

  private val decoder = new Decoder(threads = 2)
  import decoder.withMatrix

  override def afterAll(): Unit = decoder.close()

  private val coded = Seq(Precision.INT8, Precision.INT4, Precision.NF4)
  private val table = NormalFloat4.values

  private def normal(rows: Int, columns: Int, seed: Int = 1): Array[Float] = {
    val random = new Random(seed)
    Array.fill(rows * columns)((0.02 * random.nextGaussian()).toFloat)
  }

  /** Blocks of 64 numbers, each times the orthogonal matrix of Hadamard. */
  private def turned(row: Seq[Double]): Seq[Double] =
    row
      .grouped(64)
      .flatMap { block =>
        (0 until 64).map(i =>
          (0 until 64).map(k => block(k) * (1 - 2 * (Integer.bitCount(i & k) % 2))).sum / 8
        )
      }
      .toSeq

  /** Whether rows of 8 bits are turned. */
  private def turns(precision: Precision, columns: Int) =
    precision == Precision.INT8 && columns % 64 == 0

  /** Activations as they are multiplied: where rows are turned, multiples of a part of their
    * greatest.
    */
  private def rounded(precision: Precision, row: Array[Float]): Array[Double] =
    if (!turns(precision, row.length)) row.map(_.toDouble)
    else {
      val numbers = turned(row.toSeq.map(_.toDouble))
      val scale = numbers.map(math.abs).max / 81
      turned(numbers.map(n => math.rint(n / scale) * scale)).toArray
    }

  /** How far a number of a group may be from what it was. */
  private def bound(precision: Precision, group: Seq[Float]): Double = {
    val wide = turns(precision, group.length)
    val numbers = group.map(_.toDouble)
    val greatest = (if (wide) turned(numbers) else numbers).map(math.abs).max
    val half = precision match {
      // turned back, all of a block's 64 errors may meet in one number
      case Precision.INT8 => if (wide) 8 * greatest / 200 else greatest / 254
      case Precision.INT4 => (group.max.toDouble - group.min) / 30
      case _              => greatest * 0.152 // half the way between two values, the widest apart
    }
    half * (1 + 1e-4) + greatest * 4e-7 + 1e-30
  }

  private def group(precision: Precision, columns: Int): Int = precision match {
    case Precision.INT8 => columns
    case Precision.INT4 => 128
    case _              => 64
  }

  private val data: Seq[(String, (Int, Int) => Array[Float])] = Seq(
    "normally distributed" -> ((rows, columns) => normal(rows, columns)),
    "of one value" -> ((rows, columns) => Array.fill(rows * columns)(-0.37f)),
    "zero but for some rows" -> ((rows, columns) =>
      normal(rows, columns).zipWithIndex.map { case (n, i) => if (i / columns % 3 == 0) n else 0f }
    ),
    "of both extremes" -> ((rows, columns) =>
      Array.tabulate(rows * columns)(i => if (i % 3 == 0) -1f else 1f)
    ),
    "with outliers a million times as great" -> ((rows, columns) =>
      normal(rows, columns).zipWithIndex.map { case (n, i) => if (i % 997 == 5) n * 1e6f else n }
    ),
    "all positive and far from zero" -> ((rows, columns) => normal(rows, columns).map(_ + 3f)),
    "near the greatest float" -> ((rows, columns) => normal(rows, columns).map(_ * 1e38f)),
    "denormal" -> ((rows, columns) => normal(rows, columns).map(_ * 1e-38f))
  )

  private val sizes = Seq((1, 1), (128, 128), (200, 256), (97, 100), (130, 72), (300, 640))

  for (precision <- coded; (name, make) <- data) {
    test(s"numbers that are $name are as near in $precision as its rounding allows") {
      for ((rows, columns) <- sizes) {
        val numbers = make(rows, columns)
        withMatrix(precision, Seq(Source("w", rows, columns, numbers))) { matrix =>
          val kept = matrix.numbers(columns).flatten
          val size = group(precision, columns)
          // blocks of NormalFloats run on over the ends of rows
          val length = if (precision == Precision.NF4) rows * columns else columns
          for (begin <- 0 until rows * columns by length; first <- 0 until length by size) {
            val range = begin + first until begin + math.min(first + size, length)
            val limit = bound(precision, range.map(numbers(_)))
            for (i <- range) {
              assert(math.abs(kept(i).toDouble - numbers(i)) <= limit, s"$i of [$rows, $columns]")
            }
          }
        }
      }
    }
  }

  test("a NormalFloat is the nearest of the 16 values") {
    val (rows, columns) = (64, 192)
    val numbers = normal(rows, columns)
    withMatrix(Precision.NF4, Seq(Source("w", rows, columns, numbers))) { matrix =>
      val kept = matrix.numbers(columns).flatten
      for (block <- 0 until rows * columns / 64) {
        val range = block * 64 until block * 64 + 64
        val greatest = range.map(i => math.abs(numbers(i))).max
        for (i <- range) {
          val nearest = table.map(v => math.abs(v.toDouble * greatest - numbers(i))).min
          assert(math.abs(kept(i) - numbers(i)) <= nearest + 1e-8)
        }
      }
    }
  }

  private val exact = ProcessorKernels.EXACT

  for (
    (precision, kernels) <-
      Seq(Precision.BF16, Precision.F16, Precision.F32, Precision.INT4, Precision.NF4)
        .map(_ -> exact) ++
        Int8.values.map(int8 => Precision.INT8 -> new ProcessorKernels(false, int8))
  ) {
    test(
      s"any number of rows is multiplied in $precision as one, with and without a bias," +
        s" integers ${kernels.int8}"
    ) {
      val (rows, columns) = (200, 320)
      val numbers = normal(rows, columns)
      val random = new Random(2)
      val bias = Array.fill(rows)(random.nextFloat())
      val x = Array.fill(200, columns)(random.nextGaussian().toFloat)
      for (added <- Seq(None, Some(bias))) {
        withMatrix(
          precision,
          Seq(Source("w", rows, columns, numbers)),
          added,
          kernels
        ) { matrix =>
          val kept = matrix.numbers(columns)
          val offset = added.getOrElse(Array.fill(rows)(0f))
          val expected = x
            .map(row =>
              if (kernels.int8 != Int8.EXACT) rounded(precision, row) else row.map(_.toDouble)
            )
            .map(row => products(row, kept, offset))
          // nothing is packed at first; then some is; then all
          for (packed <- if (kernels.int8 == Int8.PACKED) Seq(0, 1, rows * columns) else Seq(0)) {
            if (packed > 0) matrix.pack(packed)
            for (count <- Seq(1, 2, 3, 4, 7, 16, 17, 63, 64, 65, 200)) {
              for (method <- Seq("product", "copy_product") if packed == 0 || method == "product") {
                val y = matrix.multiply(x.take(count), method)
                // a number midway between two integers may become either
                val differing = (0 until count).count(i =>
                  y(i).zip(expected(i)).exists { case (a, b) => math.abs(a - b) >= 3e-5 }
                )
                assert(differing <= (if (kernels.int8 == Int8.EXACT) 0 else 2), s"$count, $method")
                for (i <- 0 until count; n <- 0 until rows)
                  assert(math.abs(y(i)(n) - expected(i)(n)) < 2e-3, s"$count rows, $method")
              }
            }
          }
        }
      }
    }
  }

  /** A row times a matrix whose numbers have the bias added to them, as products with ones show
    * them.
    */
  private def products(
      row: Array[Double],
      kept: Array[Array[Float]],
      bias: Array[Float]
  ): Array[Double] =
    Array.tabulate(kept.length) { n =>
      var sum = bias(n).toDouble
      var k = 0
      while (k < row.length) {
        sum += row(k) * (kept(n)(k) - bias(n).toDouble)
        k += 1
      }
      sum
    }

  private def toBf16(number: Float): Float = {
    val bits = java.lang.Float.floatToRawIntBits(number)
    java.lang.Float.intBitsToFloat((bits + 0x7fff + (bits >>> 16 & 1)) & 0xffff0000)
  }

  test("any number of rows is multiplied in rounded bf16 as one, to a step of bfloat16") {
    val (rows, columns) = (200, 320)
    val x = {
      val random = new Random(2)
      Array.fill(200, columns)(random.nextGaussian().toFloat)
    }
    val kernels = new ProcessorKernels(true, Int8.EXACT)
    withMatrix(
      Precision.BF16,
      Seq(Source("w", rows, columns, normal(rows, columns))),
      None,
      kernels
    ) { matrix =>
      val kept = matrix.numbers(columns)
      assert(kept.flatten.toSeq == normal(rows, columns).map(toBf16).toSeq)
      val none = Array.fill(rows)(0f)
      val expected = x.map(row => products(row.map(toBf16(_).toDouble), kept, none))
      // sums are 32-bit floats, and what they come to is rounded: to half a step, 2^-8 of it
      def half(sum: Double) = math.abs(sum) / 256 + 1e-5
      for (count <- Seq(1, 2, 3, 4, 7, 16, 17, 63, 64, 65, 200)) {
        val y = matrix.multiply(x.take(count))
        for (i <- 0 until count; n <- 0 until rows)
          assert(math.abs(y(i)(n) - expected(i)(n)) <= half(expected(i)(n)), s"$count rows")
      }
      // alone and together any row may land on either side of its sum, never further apart
      val together = matrix.multiply(x)
      for (i <- x.indices) {
        val alone = matrix.multiply(Array(x(i))).head
        for (n <- 0 until rows)
          assert(math.abs(alone(n) - together(i)(n)) <= 2 * half(expected(i)(n)), s"row $i")
      }
    }
  }

  /** A matrix of random codes, and what they mean. */
  private def stored(
      rows: Int,
      columns: Int,
      bits: Int,
      size: Int,
      zeros: Boolean,
      order: Boolean
  ): (QuantizedMatrix, Array[Array[Float]]) = {
    val random = new Random(rows + bits + size)
    val groups = (columns + size - 1) / size
    val codes = ByteBuffer.allocateDirect(rows * columns)
    for (i <- 0 until rows * columns) codes.put(i, random.nextInt(1 << bits).toByte)
    val scales = Array.fill(rows * groups)((random.nextGaussian() * 0.01).toFloat)
    val middle = 1 << (bits - 1)
    val offs = Array.fill(rows * groups)(
      if (zeros) random.nextInt(1 << bits).toFloat else middle.toFloat
    )
    val places = random.shuffle((0 until columns).toList).toArray
    val numbers = Array.ofDim[Float](rows, columns)
    for (n <- 0 until rows; k <- 0 until columns) {
      val code = codes.get(n * columns + k) & 255
      val g = n * groups + k / size
      numbers(n)(if (order) places(k) else k) = (code - offs(g)) * scales(g)
    }
    val matrix = new QuantizedMatrix(
      QuantizedMatrix.Kind.AFFINE,
      bits,
      rows,
      columns,
      size,
      codes,
      scales,
      offs,
      if (order) Optional.of(places) else Optional.empty()
    )
    (matrix, numbers)
  }

  for {
    (bits, size) <- Seq((4, 32), (4, 64), (4, 128), (4, 256), (8, 32), (8, 128), (4, 100))
    zeros <- Seq(false, true)
    order <- Seq(false, true)
  } test(s"codes of $bits bits in groups of $size are kept, zeros: $zeros, order: $order") {
    for ((rows, columns) <- Seq((128, 256), (150, 200), (17, 300))) {
      val (matrix, numbers) = stored(rows, columns, bits, size, zeros, order)
      val source = Source("w", rows, columns, Array(), Some(matrix))
      withMatrix(Precision.BF16, Seq(source)) { put =>
        val x = Array.tabulate(columns, columns)((i, j) => if (i == j) 1f else 0f)
        // by the kernel for products, then by the one for bags
        val all = put.multiply(x).transpose
        val each = x.map(row => put.multiply(Array(row)).head).transpose
        for (n <- 0 until rows; k <- 0 until columns; y <- Seq(all, each)) {
          assert(math.abs(y(n)(k) - numbers(n)(k)) <= 1e-6, s"[$rows, $columns] $n $k")
        }
        // what the form says of its size is true
        val form = if (bits == 4) WeightForm.INT4 else WeightForm.GROUPED_INT8
        val more = if (zeros) 4L * ((rows + 127) / 128 * 128) * ((columns + size - 1) / size) else 0
        val ordered = if (order) 4 * columns else 0
        assert(math.abs(put.bytes - form.bytes(rows, columns, size) - more - ordered) <= 4 * 64)
        // and a GPU, which has no such kernels, sees the same integers
        assert(put.differenceOfLines == 0)
      }
    }
  }

  test("tensors of several forms are one matrix, in their order") {
    val columns = 128
    val (four, fourNumbers) = stored(40, columns, 4, 64, zeros = false, order = false)
    val (more, moreNumbers) = stored(72, columns, 4, 64, zeros = true, order = false)
    val (eight, eightNumbers) = stored(130, columns, 8, 64, zeros = false, order = false)
    val plain = normal(33, columns)
    val sources = Seq(
      Source("a", 40, columns, Array(), Some(four)),
      Source("b", 72, columns, Array(), Some(more)),
      Source("c", 33, columns, plain),
      Source("d", 130, columns, Array(), Some(eight))
    )
    val bias = Array.tabulate(275)(_.toFloat)
    withMatrix(Precision.BF16, sources, Some(bias)) { matrix =>
      val numbers = matrix.numbers(columns)
      val expected =
        fourNumbers ++ moreNumbers ++ plain.grouped(columns) ++ eightNumbers
      for (n <- numbers.indices; k <- 0 until columns) {
        assert(math.abs(numbers(n)(k) - expected(n)(k) - bias(n)) <= 4e-5, s"$n $k")
      }
    }
  }

  for (
    precision <- coded; broken <- Seq(Float.NaN, Float.PositiveInfinity, -Float.PositiveInfinity)
  )
    test(s"a weight that is $broken cannot be quantised to $precision, and the error names it") {
      for (columns <- Seq(200, 192)) {
        val numbers = normal(300, columns)
        numbers(250 * columns + 77) = broken
        val error = intercept[AuditException](
          withMatrix(precision, Seq(Source("model.w", 300, columns, numbers)))(_ => ())
        )
        assert(
          error.errorClass.name == "WEIGHTS_NOT_FINITE" && error.getMessage.contains("model.w")
        )
      }
    }
}
