package org.codeaudit.model.torch

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

  test("sequences of one token come first, their states in order") {
    val runs = Seq((3, 1), (5, 4), (0, 1), (2, 2), (1, 1)).map { case (state, tokens) =>
      new Run(100 * state, 10, state, java.util.List.of(), Array.fill(tokens)(state))
    }
    val inputs = StepInputs.of(runs.asJava)
    assert(inputs.order.asScala == Seq(2, 4, 0, 1, 3) && inputs.batch.singles == 3)
    assert(inputs.batch.regions.grouped(4).map(_(3)).toSeq == Seq(0, 1, 3, 5, 2))
    assert(inputs.firstTokens.toSeq == Seq(0, 1, 2, 3, 7))
  }
}
