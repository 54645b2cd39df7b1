package org.codeaudit.model.torch

import java.nio.{ByteBuffer, ByteOrder}
import org.codeaudit.model.torch.program.{TorchProgram, TorchScriptArchive}
import org.codeaudit.model.torch.program.TorchProgram.Floats
import org.scalatest.funsuite.AnyFunSuite

import scala.util.Random

/** Gated delta rule attention computes what its definition says, which reads one token after the
  * other, in whatever pieces tokens come and whoever else is in a step.
  */
class DeltaNetSuite extends AnyFunSuite {
  private val hidden = 12
  private val keyHeads = 2
  private val group = 3
  private val keySize = 8
  private val valueSize = 4
  private val width = 4
  private val places = 5
  private val epsilon = 1e-6
  private val channels = 2 * keySize + group * valueSize
  private val outputs = keyHeads * group * valueSize

  /** @param forgetting
    *   how fast the heads forget: the factor of the decays, and what is added before it
    */
  private class Weights(random: Random, forgetting: (Double, Double)) {
    private def matrix(rows: Int, columns: Int, scale: Double) =
      Array.fill(rows, columns)((random.nextGaussian() * scale).toFloat)
    val input = matrix(keyHeads * (channels + group * valueSize), hidden, 0.5)
    val gates = matrix(keyHeads * 2 * group, hidden, 0.5)
    val filter = matrix(keyHeads * channels, width, 0.5)
    val logarithm = Array.fill(keyHeads * group)(math.log(forgetting._1).toFloat)
    val bias = Array.fill(keyHeads * group)((random.nextGaussian() + forgetting._2).toFloat)
    val norm = Array.fill(valueSize)((1 + random.nextGaussian() / 4).toFloat)
  }

  private def product(matrix: Array[Array[Float]], x: Array[Float]): Array[Double] =
    matrix.map(row => row.indices.map(i => row(i).toDouble * x(i)).sum)

  private def sigmoid(x: Double) = 1 / (1 + math.exp(-x))
  private def silu(x: Double) = x * sigmoid(x)

  /** A number, and how far from it arithmetic in 32 bits may end. */
  private case class Wanted(value: Double, tolerance: Double)

  /** The definition, token by token, with the channels in the order of the filter. */
  private def reference(weights: Weights, tokens: Seq[Array[Float]]): Seq[Array[Wanted]] = {
    val stride = channels + group * valueSize
    val state = Array.fill(keyHeads * group, keySize, valueSize)(0.0)
    val inputs = tokens.map { x =>
      val y = product(weights.input, x)
      def all(offset: Int, size: Int) =
        (0 until keyHeads).flatMap(head =>
          y.slice(head * stride + offset, head * stride + offset + size)
        )
      val flat = all(0, keySize) ++ all(keySize, keySize) ++ all(2 * keySize, group * valueSize)
      (flat, all(channels, group * valueSize), product(weights.gates, x))
    }
    for (((_, shown, gates), t) <- inputs.zipWithIndex) yield {
      val mixed = weights.filter.indices.map { c =>
        silu((0 until width).map { j =>
          val at = t - width + 1 + j
          if (at < 0) 0.0 else weights.filter(c)(j) * inputs(at)._1(c)
        }.sum)
      }
      def direction(first: Int) = {
        val x = mixed.slice(first, first + keySize)
        x.map(_ / math.sqrt(x.map(v => v * v).sum + 1e-6))
      }
      Array.range(0, keyHeads * group).flatMap { head =>
        val (keyHead, member) = (head / group, head % group)
        val query = direction(keyHead * keySize).map(_ / math.sqrt(keySize))
        val key = direction((keyHeads + keyHead) * keySize)
        val value = mixed.slice(
          2 * keyHeads * keySize + head * valueSize,
          2 * keyHeads * keySize + (head + 1) * valueSize
        )
        val update = sigmoid(gates(keyHead * 2 * group + member))
        val raw = gates(keyHead * 2 * group + group + member) + weights.bias(head)
        val softplus = if (raw > 30) raw else math.log1p(math.exp(raw))
        val kept = math.exp(-math.exp(weights.logarithm(head)) * softplus)
        val s = state(head)
        for (i <- 0 until keySize; j <- 0 until valueSize) s(i)(j) *= kept
        val change = (0 until valueSize).map { j =>
          update * (value(j) - (0 until keySize).map(i => s(i)(j) * key(i)).sum)
        }
        for (i <- 0 until keySize; j <- 0 until valueSize) s(i)(j) += key(i) * change(j)
        val found =
          (0 until valueSize).map(j => (0 until keySize).map(i => s(i)(j) * query(i)).sum)
        val length = math.sqrt(found.map(v => v * v).sum / valueSize + epsilon)
        found.indices.map { j =>
          val scale = weights.norm(j) * silu(shown(head * valueSize + j))
          // the norm magnifies the rounding of numbers that nearly cancel
          Wanted(found(j) / length * scale, (1e-6 / length + 2e-6) * math.abs(scale) + 2e-6)
        }
      }
    }
  }

  private val trial =
    """
      |class Trial(Module):
      |  __parameters__ = []
      |  __buffers__ = []
      |  training : bool
      |  tensors : List[Tensor]
      |  delta : List[__torch__.DeltaNet]
      |
      |  def begin(self) -> int:
      |    self.tensors = annotate(List[Tensor], [])
      |    return 0
      |
      |  def put(self, x: Tensor) -> int:
      |    self.tensors.append(torch.clone(x))
      |    return 0
      |
      |  def build(self, sizes: List[int], places: int) -> int:
      |    none = annotate(List[Tensor], [])
      |    matrices = annotate(List[__torch__.Matrix], [])
      |    for i in range(2):
      |      matrices.append(__torch__.Matrix([self.tensors[i]], none))
      |    rest = self.tensors
      |    delta = __torch__.delta_net(sizes, 1e-6, matrices[0], matrices[1], matrices[0],
      |                                rest[2].unsqueeze(1), rest[3], rest[4], rest[5])
      |    delta.allocate(places, torch.device("cpu"))
      |    # what a place holds before a sequence begins there is anything
      |    delta.before.fill_(nan)
      |    delta.state.fill_(nan)
      |    self.delta = [delta]
      |    return 0
      |
      |  def attend(self, x: Tensor, regions: List[int], singles: int) -> Tensor:
      |    nothing = torch.empty([2, 0])
      |    step = __torch__.Step(nothing, nothing, regions, singles, annotate(List[Tensor], []),
      |        annotate(List[int], []),
      |                          __torch__.state_runs(regions, singles),
      |                          __torch__.fresh_places(regions))
      |    return self.delta[0].attend(x, step)
      |""".stripMargin

  private def source: String = TorchScriptArchive.source(
    "copying.py",
    "codes.py",
    "normal_floats.py",
    "linear.py",
    "matrix.py",
    "attention.py",
    "delta.py"
  ) + trial

  private def floats(values: Array[Array[Float]]): Floats = {
    val bytes = ByteBuffer.allocateDirect(4 * values.map(_.length).sum)
    val buffer = bytes.order(ByteOrder.nativeOrder()).asFloatBuffer()
    values.foreach(buffer.put)
    new Floats(bytes, values.length, values.head.length)
  }

  private def vector(values: Array[Float]): Floats =
    new Floats(floats(Array(values)).values, values.length)

  private def withDelta[T](weights: Weights)(use: TorchProgram => T): T = {
    val program = TorchProgram.load(TorchScriptArchive.ofSource(source), 1)
    try {
      program.call("begin")
      Seq(weights.input, weights.gates, weights.filter).foreach(m => program.call("put", floats(m)))
      Seq(weights.logarithm, weights.bias, weights.norm).foreach(v =>
        program.call("put", vector(v))
      )
      program.call("build", Array[scala.Long](keyHeads, group, keySize, valueSize), places)
      use(program)
    } finally program.close()
  }

  private class Reading(val place: Int, val tokens: Seq[Array[Float]]) {
    var past = 0
    val found = Array.newBuilder[Array[Float]]
  }

  /** Appends so many tokens of each sequence in one step. */
  private def step(program: TorchProgram, parts: Seq[(Reading, Int)]): Unit = {
    val (singles, chunks) = parts.partition(_._2 == 1)
    val ordered = singles ++ chunks
    val x = ordered.flatMap { case (reading, n) =>
      reading.tokens.slice(reading.past, reading.past + n)
    }
    val regions = ordered.flatMap { case (reading, n) =>
      Seq(0L, reading.past.toLong, n.toLong, reading.place.toLong)
    }
    val rows = program
      .callForFloats("attend", floats(x.toArray), regions.toArray, singles.size)
      .grouped(outputs)
    for ((reading, n) <- ordered) {
      reading.found ++= rows.take(n)
      reading.past += n
    }
  }

  private def tokens(random: Random, count: Int): Seq[Array[Float]] =
    Seq.fill(count)(Array.fill(hidden)(random.nextGaussian().toFloat))

  private def check(weights: Weights, reading: Reading, name: String): Unit = {
    val expected = reference(weights, reading.tokens)
    val found = reading.found.result()
    assert(found.length == expected.length, name)
    for ((row, t) <- found.zip(expected).zipWithIndex; (number, wanted) <- row._1.zip(row._2)) {
      // so a number that is none fails
      assert(math.abs(number - wanted.value) <= wanted.tolerance, s"$name, token $t: $wanted")
    }
  }

  private val forgetting = Seq(
    "usual decay" -> ((1.0, 0.0)),
    "no decay" -> ((1e-12, 0.0)),
    "decay to nothing in one token" -> ((16.0, 20.0)),
    "decay beyond all numbers" -> ((1e30, 1e10)),
    "decay to nothing now and then" -> ((60.0, -4.0))
  )

  for ((name, rate) <- forgetting) {
    test(s"prompts of any length and answers are as defined: $name") {
      val random = new Random(7)
      val weights = new Weights(random, rate)
      withDelta(weights) { program =>
        for (length <- Seq(1, 2, 3, 63, 64, 65, 200, 600)) {
          val reading = new Reading(length % places, tokens(random, length + 3))
          step(program, Seq(reading -> length))
          for (_ <- 1 to 3) step(program, Seq(reading -> 1))
          check(weights, reading, s"$length tokens")
        }
      }
    }

    test(s"a prompt may come in any pieces: $name") {
      val random = new Random(8)
      val weights = new Weights(random, rate)
      withDelta(weights) { program =>
        for (pieces <- Seq(Seq(64, 64), Seq(1, 127), Seq(2, 1, 61, 3, 65), Seq.fill(40)(1))) {
          val reading = new Reading(2, tokens(random, pieces.sum))
          pieces.foreach(n => step(program, Seq(reading -> n)))
          check(weights, reading, pieces.mkString(" + "))
        }
      }
    }
  }

  test("keys that are nearly the same do not harm the digits") {
    val random = new Random(5)
    val weights = new Weights(random, (1e-12, 0.0))
    withDelta(weights) { program =>
      val same = tokens(random, 1).head
      val near = Seq.fill(300)(same.map(_ + random.nextGaussian().toFloat * 1e-3f))
      val reading = new Reading(0, near)
      step(program, Seq(reading -> 300))
      check(weights, reading, "near keys")
    }
  }

  test("sequences in one step do not touch each other, and a place serves one after the other") {
    val random = new Random(9)
    val weights = new Weights(random, (1.0, 0.0))
    withDelta(weights) { program =>
      for (round <- 1 to 6) {
        // prompts and answers of random lengths; places in any order, some left out
        val readings =
          random.shuffle((0 until places).toList).take(1 + random.nextInt(places)).map { place =>
            new Reading(place, tokens(random, 1 + random.nextInt(90)))
          }
        while (readings.exists(r => r.past < r.tokens.length)) {
          val going = readings.filter(r => r.past < r.tokens.length && random.nextInt(4) > 0)
          val parts = going.map { reading =>
            val left = reading.tokens.length - reading.past
            reading -> (if (random.nextBoolean()) 1 else 1 + random.nextInt(left))
          }
          // in the order of their places, as Java gives them, or in any
          val ordered = if (random.nextBoolean()) parts.sortBy(_._1.place) else parts
          if (ordered.nonEmpty) step(program, ordered)
        }
        readings.foreach(check(weights, _, s"round $round"))
      }
    }
  }

  test("neighbouring places are one run, whatever lies between sequences") {
    val program = TorchProgram.load(
      TorchScriptArchive.ofSource(
        source +
          """
            |  def runs(self, regions: List[int], singles: int) -> Tensor:
            |    return torch.tensor(__torch__.state_runs(regions, singles), dtype=7)
            |""".stripMargin
      ),
      1
    )
    try {
      val cases = Seq(
        Seq() -> Seq(),
        Seq(4) -> Seq(4, 1),
        Seq(0, 1, 2) -> Seq(0, 3),
        Seq(2, 1, 0) -> Seq(2, 1, 1, 1, 0, 1),
        Seq(0, 1, 3, 4, 6) -> Seq(0, 2, 3, 2, 6, 1)
      )
      for ((singles, runs) <- cases) {
        // a chunk in the place behind them belongs to no run
        val regions = (singles :+ 9).flatMap(place => Seq(0L, 1L, 1L, place.toLong))
        val found = program.callForDoubles("runs", regions.toArray, singles.size)
        assert(found.toSeq == runs.map(_.toDouble))
      }
    } finally program.close()
  }
}
