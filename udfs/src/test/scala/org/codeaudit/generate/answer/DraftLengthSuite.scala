package org.codeaudit.generate.answer

import org.scalatest.funsuite.AnyFunSuite

/** How many guesses are worth computing. */
class DraftLengthSuite extends AnyFunSuite {

  test("a draft of a full batch must be likelier to come true") {
    def lengths(stepTokens: Int): Int = {
      val length = new DraftLength
      length.tokens(DraftBudget.of(8, stepTokens, 8).leastChance)
    }
    assert(lengths(1) == 3 && lengths(4) == 1 && lengths(16) == 0)
    val sure = new DraftLength
    (1 to 30).foreach(_ => sure.guessed(true))
    assert(sure.tokens(DraftBudget.of(8, 16, 8).leastChance) > 8)
    (1 to 12).foreach(_ => sure.guessed(false))
    assert(sure.tokens(DraftBudget.of(8, 1, 8).leastChance) <= 1)
  }
}
