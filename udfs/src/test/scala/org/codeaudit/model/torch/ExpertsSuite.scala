package org.codeaudit.model.torch
import java.nio.{ByteBuffer, ByteOrder}
import org.codeaudit.model.torch.program.{TorchProgram, TorchScriptArchive}
import org.scalatest.funsuite.AnyFunSuite

import scala.util.Random

/** Tokens get what their experts answer, whichever way it is computed. */
class ExpertsSuite extends AnyFunSuite {
  import ExpertsSuite._

  private val ways = Seq("gathered", "padded", "passes")

  for {
    stacked <- Seq(false, true)
    normalised <- Seq(true, false)
    shared <- Seq(0, 5)
  } test(
    (if (stacked) "stacked" else "separate") + " experts answer as the formula says, weights " +
      (if (normalised) "scaled to add up to 1" else "as they are") +
      (if (shared > 0) ", beside a shared expert" else "")
  ) {
    val layer = Layer.random(experts = 32, perToken = 2, hidden = 12, inner = 6, normalised, shared)
    withExperts(layer, stacked) { experts =>
      // both sides of every number of tokens at which another way is taken
      for (count <- Seq(1, 2, 5, 6, 256, 257, 300)) {
        val apart = tokens(count, layer.hidden)
        val alike = Array.fill(count)(apart.head) // all of them go to the same two experts
        for ((kind, x) <- Seq("apart" -> apart, "alike" -> alike)) {
          val answers = experts.forward(x)
          for (token <- x.indices)
            near(answers(token), layer.answer(x(token)), s"$kind, token $token of $count")
        }
      }
    }
  }

  test("gathered and padded, in one pass or several, are one result, and that of a token alone") {
    val layer = Layer.random(experts = 16, perToken = 4, hidden = 24, inner = 8)
    withExperts(layer, stacked = true) { experts =>
      for (count <- Seq(1, 7, 130)) {
        val x = tokens(count, layer.hidden)
        val results = ways.map(way => experts.way(way, x))
        for (result <- results; i <- result.indices) near(result(i), results.head(i), s"number $i")
        val alone = x.map(token => experts.forward(Array(token)).head)
        val together = experts.forward(x)
        val backwards = experts.forward(x.reverse).reverse
        for (token <- x.indices) {
          near(together(token), alone(token), s"token $token")
          near(backwards(token), alone(token), s"token $token backwards")
        }
      }
    }
  }

  test("a router that cannot decide picks different experts, the same for a token in any company") {
    val layer = Layer.random(experts = 8, perToken = 3, hidden = 6, inner = 4)
    val undecided = layer.copy(router = Array.fill(8, 6)(0f))
    for (stacked <- Seq(false, true)) withExperts(undecided, stacked) { experts =>
      val x = tokens(70, 6)
      val picked = experts.picked(x)
      assert(picked.distinct.length == 1 && picked.head.distinct.length == 3)
      val answers = experts.forward(x)
      for (token <- x.indices)
        near(answers(token), undecided.answer(x(token), picked.head), s"token $token")
    }
  }

  test("experts that no token is sent to are not asked: numbers they cannot give do no harm") {
    val layer = Layer.random(experts = 32, perToken = 2, hidden = 12, inner = 6)
    for (stacked <- Seq(false, true); count <- Seq(1, 30, 70)) {
      val x = tokens(count, 12).map(_.map(_ * 0.1f + 1)) // much alike: few experts are used
      val used = x.flatMap(token => layer.route(token).map(_._1)).toSet
      assert(used.size < 32)
      val broken = layer.copy(down = layer.down.zipWithIndex.map { case (matrix, e) =>
        if (used(e)) matrix else matrix.map(_.map(_ => Float.NaN))
      })
      withExperts(broken, stacked) { experts =>
        val answers = experts.forward(x)
        for (token <- x.indices) near(answers(token), layer.answer(x(token)), s"token $token")
      }
    }
  }

  test("no tokens get no answers, and experts may lie on another device than the tokens") {
    val layer = Layer.random(experts = 4, perToken = 2, hidden = 6, inner = 3, shared = 4)
    for (stacked <- Seq(false, true)) {
      // libtorch copies what goes to this device, though its memory is the processor's
      withExperts(layer, stacked, device = "cpu:0") { experts =>
        assert(experts.forward(Array.empty).isEmpty)
        val x = tokens(9, 6)
        val answers = experts.forward(x)
        for (token <- x.indices) near(answers(token), layer.answer(x(token)), s"token $token")
      }
    }
  }
}

object ExpertsSuite {
  type Matrix = Array[Array[Float]]

  private val program =
    """class Trial(Module):
      |  __parameters__ = []
      |  __buffers__ = []
      |  training : bool
      |  parts : List[Tensor]
      |  experts : List[__torch__.Experts]
      |
      |  def begin(self) -> int:
      |    self.parts = annotate(List[Tensor], [])
      |    self.experts = annotate(List[__torch__.Experts], [])
      |    return 0
      |
      |  def put(self, x: Tensor) -> int:
      |    self.parts.append(torch.clone(x))
      |    return 0
      |
      |  def feed_forward(self, gate_up: Tensor, down: Tensor) -> __torch__.FeedForward:
      |    none = annotate(List[Tensor], [])
      |    return __torch__.FeedForward(gate_up.device,
      |        __torch__.Matrix([gate_up], none), __torch__.Matrix([down], none))
      |
      |  def make(self, per_token: int, normalised: int, stacked: int, device: str) -> int:
      |    experts = __torch__.Experts(
      |        self.parts[0], per_token, normalised != 0, torch.device(device))
      |    if stacked != 0:
      |      experts.stack(self.parts[2].size(2), 6, torch.device(device))
      |      experts.stacked[0].copy_(self.parts[1])
      |      experts.stacked[1].copy_(self.parts[2])
      |    else:
      |      for i in range(self.parts[1].size(0)):
      |        experts.each.append(self.feed_forward(self.parts[1][i], self.parts[2][i]))
      |    if len(self.parts) > 3:
      |      experts.shared.append(self.feed_forward(self.parts[3], self.parts[4]))
      |      experts.shared_gate.append(self.parts[5])
      |    self.experts.append(experts)
      |    return 0
      |
      |  def forward(self, x: Tensor) -> Tensor:
      |    return self.experts[0].forward(x)
      |
      |  def gathered(self, x: Tensor) -> Tensor:
      |    return self.experts[0].gathered(x, self.experts[0].route(x)[1])
      |
      |  def padded(self, x: Tensor) -> Tensor:
      |    return self.experts[0].padded(x, self.experts[0].route(x)[1], x.size(0), 1)
      |
      |  def passes(self, x: Tensor) -> Tensor:
      |    return self.experts[0].padded(x, self.experts[0].route(x)[1], 3, x.size(0) // 3 + 1)
      |
      |  def picked(self, x: Tensor) -> Tensor:
      |    return torch.to(self.experts[0].route(x)[1], 6)
      |""".stripMargin

  private val random = new Random(7)

  private def matrix(rows: Int, columns: Int, scale: Double): Matrix =
    Array.fill(rows, columns)((random.nextGaussian() * scale).toFloat)

  def tokens(count: Int, hidden: Int): Matrix = matrix(count, hidden, 1)

  def near(found: Array[Float], expected: Array[Float], clue: String): Unit = {
    val scale = expected.map(math.abs(_)).max.max(1)
    assert(Golden.largestDifference(found, expected) < 2e-5 * scale, clue)
  }

  /** The weights of a layer and, as slowly as it can be said, what it computes. */
  case class Layer(
      perToken: Int,
      normalised: Boolean,
      router: Matrix,
      gateUp: Array[Matrix],
      down: Array[Matrix],
      shared: Option[(Matrix, Matrix, Matrix)]
  ) {
    def hidden: Int = router.head.length

    /** A token's experts and their weights. */
    def route(x: Array[Float]): Seq[(Int, Double)] = weigh(x, None)

    def answer(x: Array[Float]): Array[Float] = add(x, weigh(x, None))

    /** As if the router had picked these. */
    def answer(x: Array[Float], picked: Seq[Int]): Array[Float] = add(x, weigh(x, Some(picked)))

    private def weigh(x: Array[Float], picked: Option[Seq[Int]]) = {
      val logits = router.map(product(_, x))
      val exponentials = logits.map(l => math.exp(l - logits.max))
      val probabilities = exponentials.map(_ / exponentials.sum)
      val best = picked.getOrElse(probabilities.indices.sortBy(-probabilities(_)).take(perToken))
      val total = if (normalised) best.map(probabilities(_)).sum else 1.0
      best.map(e => e -> probabilities(e) / total)
    }

    private def add(x: Array[Float], weights: Seq[(Int, Double)]): Array[Float] = {
      val routed = for ((e, weight) <- weights) yield feed(gateUp(e), down(e), x).map(_ * weight)
      val gated = for ((gateUp, down, gate) <- shared.toSeq) yield {
        val open = 1 / (1 + math.exp(-product(gate.head, x)))
        feed(gateUp, down, x).map(_ * open)
      }
      (routed ++ gated).reduce((a, b) => a.zip(b).map { case (p, q) => p + q }).map(_.toFloat)
    }

    private def feed(gateUp: Matrix, down: Matrix, x: Array[Float]): Array[Double] = {
      val (gate, up) = gateUp.map(product(_, x)).splitAt(gateUp.length / 2)
      val inner = gate.zip(up).map { case (g, u) => g / (1 + math.exp(-g)) * u }
      down.map(row => row.zip(inner).map { case (w, v) => w * v }.sum)
    }

    private def product(row: Array[Float], x: Array[Float]): Double =
      row.zip(x).map { case (a, b) => a.toDouble * b }.sum
  }

  object Layer {
    def random(
        experts: Int,
        perToken: Int,
        hidden: Int,
        inner: Int,
        normalised: Boolean = true,
        shared: Int = 0
    ): Layer = Layer(
      perToken,
      normalised,
      matrix(experts, hidden, 1),
      Array.fill(experts)(matrix(2 * inner, hidden, 0.3)),
      Array.fill(experts)(matrix(hidden, inner, 0.3)),
      Option.when(shared > 0)(
        (matrix(2 * shared, hidden, 0.3), matrix(hidden, shared, 0.3), matrix(1, hidden, 0.3))
      )
    )
  }

  /** A layer's experts in libtorch. */
  class Experts(program: TorchProgram, hidden: Int) {
    def forward(x: Matrix): Matrix =
      program.callForFloats("forward", floats(x.flatten, x.length, hidden)).grouped(hidden).toArray

    /** What each of a token's experts answers. */
    def way(name: String, x: Matrix): Matrix =
      program.callForFloats(name, floats(x.flatten, x.length, hidden)).grouped(hidden).toArray

    def picked(x: Matrix): Seq[Seq[Int]] = {
      val ids = program.callForFloats("picked", floats(x.flatten, x.length, hidden)).map(_.toInt)
      ids.toSeq.grouped(ids.length / x.length).toSeq
    }
  }

  def withExperts(layer: Layer, stacked: Boolean, device: String = "cpu")(use: Experts => Unit) = {
    val source = TorchScriptArchive.source(
      "copying.py",
      "codes.py",
      "normal_floats.py",
      "linear.py",
      "matrix.py",
      "cache.py",
      "attention.py",
      "experts.py",
      "layer.py"
    )
    val loaded = TorchProgram.load(TorchScriptArchive.ofSource(source + program), 1)
    try {
      loaded.call("begin")
      val (inner, hidden) = (layer.down.head.head.length, layer.hidden)
      val count = layer.router.length
      loaded.call("put", floats(layer.router.flatten, count, hidden))
      loaded.call("put", floats(layer.gateUp.flatten.flatten, count, 2 * inner, hidden))
      loaded.call("put", floats(layer.down.flatten.flatten, count, hidden, inner))
      for ((gateUp, down, gate) <- layer.shared; part <- Seq(gateUp, down, gate))
        loaded.call("put", floats(part.flatten, part.length, part.head.length))
      loaded.call(
        "make",
        layer.perToken,
        if (layer.normalised) 1 else 0,
        if (stacked) 1 else 0,
        device
      )
      use(new Experts(loaded, hidden))
    } finally loaded.close()
  }

  private def floats(values: Array[Float], shape: Long*): TorchProgram.Floats = {
    val buffer = ByteBuffer.allocateDirect(4 * values.length).order(ByteOrder.nativeOrder())
    buffer.asFloatBuffer().put(values)
    new TorchProgram.Floats(buffer, shape: _*)
  }
}
