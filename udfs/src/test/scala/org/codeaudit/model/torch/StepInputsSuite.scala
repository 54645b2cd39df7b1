package org.codeaudit.model.torch
import java.util.{List => JavaList}
import org.codeaudit.model.torch.StepInputs.{Run, Stretch}
import org.scalatest.funsuite.AnyFunSuite

import scala.jdk.CollectionConverters._

class StepInputsSuite extends AnyFunSuite {
  private def run(start: Int, past: Int, tokens: Int, before: (Int, Int)*) = new Run(
    start,
    past,
    0,
    before.map { case (from, positions) => new Stretch(from, positions) }.asJava,
    Array.fill(tokens)(start)
  )

  test("sequences that begin alike come side by side, and their runs are told once") {
    val inputs = StepInputs.of(
      JavaList.of(
        run(10, 5, 1, (100, 30), (200, 4)),
        run(20, 0, 3),
        run(30, 0, 2, (100, 30)),
        run(40, 1, 1),
        run(50, 2, 1, (100, 30), (300, 6)),
        run(60, 3, 1, (100, 30), (200, 4)),
        run(70, 0, 4, (100, 20))
      )
    )
    assert(inputs.batch.singles == 4)
    assert(inputs.order.asScala.map(_.intValue) == Seq(3, 0, 5, 4, 1, 6, 2))
    // first token, tokens, start, positions; the four single tokens are 0 to 3
    assert(
      inputs.batch.shared.grouped(4).map(_.toSeq).toSet == Set(
        Seq(1, 3, 100, 30),
        Seq(1, 2, 200, 4),
        Seq(3, 1, 300, 6),
        Seq(7, 4, 100, 20),
        Seq(11, 2, 100, 30)
      )
    )
    // a token's position counts those before it, its place does not
    val tokens = inputs.batch.tokens.values.grouped(13).map(_.toSeq).toSeq
    assert(tokens(1) == Seq(1, 39, 37, 38, 0, 1, 2, 20, 21, 22, 23, 30, 31))
    assert(tokens(2) == Seq(41, 15, 63, 52, 20, 21, 22, 70, 71, 72, 73, 30, 31))
  }
}
