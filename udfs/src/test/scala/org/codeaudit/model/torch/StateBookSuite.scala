package org.codeaudit.model.torch

import java.util.{BitSet, Optional}

import org.codeaudit.AuditException
import org.codeaudit.checkpoint.{Checkpoints, ModelConfig}
import org.codeaudit.model.torch.StepInputs.Run
import org.scalatest.funsuite.AnyFunSuite

import scala.jdk.CollectionConverters._

class StateBookSuite extends AnyFunSuite {

  test("the lowest free place is given, and none twice") {
    val book = new StateBook(3)
    assert(Seq.fill(3)(book.take()) == Seq(0, 1, 2) && !book.hasRoom)
    intercept[IllegalStateException](book.take())
    Seq(2, 0).foreach(book.give)
    assert(book.hasRoom && book.take() == 0 && book.take() == 2 && !book.hasRoom)
    book.give(1)
    intercept[IllegalArgumentException](book.give(1))
  }

  test("a model without states never lacks one") {
    val book = new StateBook(0)
    assert(Seq.fill(100)(book.take()).toSet == Set(0) && book.hasRoom)
    Seq.fill(100)(0).foreach(book.give)
    assert(book.hasRoom)
  }

  private def golden(name: String): ModelConfig = {
    val checkpoint = Checkpoints.open(Golden.root.resolve(name))
    try checkpoint.config
    finally checkpoint.close()
  }

  /** The sizes of Qwen3-Next-80B-A3B. */
  private def published: ModelConfig = {
    val layers = new BitSet
    (0 until 48).filter(i => (i + 1) % 4 != 0).foreach(layers.set)
    val linear = new ModelConfig.LinearAttention(16, 32, 128, 128, 4, layers)
    new ModelConfig(
      ModelConfig.Family.QWEN3_NEXT,
      2048,
      48,
      16,
      2,
      256,
      64,
      5120,
      151936,
      262144,
      1e7,
      Optional.empty(),
      1e-6,
      false,
      false,
      Optional.empty(),
      Optional.of(linear)
    )
  }

  test("a state takes its matrices and the convolution's inputs, a position what is cached") {
    val form = org.codeaudit.placement.WeightForm.BF16
    assert(StateBook.bytesPerState(published) == 36 * 4 * (32 * 128 * 128 + 3 * 8192))
    assert(CacheSize.bytesPerPosition(published, form) == 24 * 1024)
    assert(StateBook.bytesPerState(golden("qwen3-next-tiny")) == 4 * 4 * (4 * 32 * 16 + 3 * 192))
    assert(StateBook.bytesPerState(golden("qwen3-tiny")) == 0)
  }

  test("states take a quarter of the free memory at most, and a model that has them has one") {
    val each = StateBook.bytesPerState(published)
    val cases = Seq((10000, 64), (256, 64), (255, 32), (100, 16), (8, 2), (4, 1))
    for ((room, places) <- cases) {
      assert(StateBook.places(published, bytes => bytes <= room * each) == places, room)
    }
    val error = intercept[AuditException](StateBook.places(published, _ => false))
    assert(error.errorClass == "CACHE_TOO_LARGE" && error.getMessage.contains(each.toString))
    assert(StateBook.places(golden("qwen3-tiny"), _ => fail("asked for memory")) == 0)
  }

  test("sequences of one token come first, their states in order") {
    val runs = Seq((3, 1), (5, 4), (0, 1), (2, 2), (1, 1)).map { case (state, tokens) =>
      new Run(100 * state, 10, state, Array.fill(tokens)(state))
    }
    val inputs = StepInputs.of(runs.asJava)
    assert(inputs.order.asScala == Seq(2, 4, 0, 1, 3) && inputs.singles == 3)
    assert(inputs.regions.grouped(4).map(_(3)).toSeq == Seq(0, 1, 3, 5, 2))
    assert(inputs.lastTokens.toSeq == Seq(0, 1, 2, 6, 8))
  }
}
