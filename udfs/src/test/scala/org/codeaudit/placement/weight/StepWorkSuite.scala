package org.codeaudit.placement.weight

import java.nio.file.Path

import org.codeaudit.checkpoint.Checkpoints
import org.codeaudit.model.Precision
import org.scalatest.funsuite.AnyFunSuite

class StepWorkSuite extends AnyFunSuite {
  private val root = Path.of(sys.props("codeaudit.root")).resolve("data/golden")

  private def footprint(name: String): Footprint = {
    val checkpoint = Checkpoints.open(root.resolve(name))
    try Footprint.of(checkpoint)
    finally checkpoint.close()
  }

  private def numbers(model: Footprint) = model.parameters - model.embedding.numbers

  test("a step of a dense model reads all but the embedding, however many tokens it has") {
    val model = footprint("qwen3-tiny")
    val head = if (model.head.isPresent) 0L else model.embedding.numbers
    val small = model.config.hiddenSize // of the last norm, which is not counted
    for ((precision, width) <- Seq(Precision.F32 -> 4, Precision.BF16 -> 2)) {
      val work = new StepWork(model, precision)
      val least = width * (numbers(model) + head - small)
      assert(work.weightBytes(1) >= least && work.weightBytes(1) < 1.1 * least)
      assert(work.weightBytes(64) == work.weightBytes(1))
    }
    val coded = new StepWork(model, Precision.INT4).weightBytes(1)
    assert(coded < new StepWork(model, Precision.BF16).weightBytes(1))
  }

  test("a token passes each number once, and the output projection only where it is followed") {
    val model = footprint("qwen3-tiny")
    val work = new StepWork(model, Precision.F32)
    val head = model.head.orElse(model.embedding).numbers.toDouble
    val layers = work.operations(1, 0)
    assert(work.operations(10, 3) == 10 * layers + 2 * 3 * head)
    val small = model.layers.stream.mapToLong(_.small).sum + model.config.hiddenSize
    val own = if (model.head.isPresent) head else 0
    assert(layers == 2 * (numbers(model) - own - small))
  }

  test("of experts a step reads those that its tokens are sent to") {
    val model = footprint("qwen3-moe-tiny")
    val work = new StepWork(model, Precision.BF16)
    val bytes = Seq(1, 2, 8, 64, 4096).map(work.weightBytes(_))
    assert(bytes == bytes.sorted && bytes.distinct.size > 3)
    val all = model.matrices.mapToLong(_.numbers).sum * 2 +
      4 * model.layers.stream.mapToLong(_.small).sum
    assert(bytes.last == all)
    // 2 of 8 experts in each sparse layer
    val sparse = model.layers.stream
      .filter(layer => layer.feedForward.stream.mapToLong(_.count).sum > 3)
      .mapToLong(_.feedForward.stream.mapToLong(_.numbers).sum)
      .sum
    assert(bytes.head == all - 2 * sparse * 3 / 4)
  }
}
