package org.codeaudit.generate.answer

import org.scalatest.funsuite.AnyFunSuite

import scala.util.Random

/** Guesses copied from what stands in the text already. */
class PromptLookupSuite extends AnyFunSuite {
  private def guesses(lookup: PromptLookup, count: Int): Seq[Int] = (1 to count).map { _ =>
    val guess = lookup.guess()
    if (guess != Drafter.NO_GUESS) lookup.suppose(guess)
    guess
  }

  private def after(text: Int*): PromptLookup = {
    val lookup = new PromptLookup
    lookup.follow(text.toArray, text.length)
    lookup
  }

  test("a text goes on as it did where its last tokens stood last") {
    assert(guesses(after(1, 2, 3, 4, 5, 9, 1, 2), 4) == Seq(3, 4, 5, 9))
    // three tokens tell more than two
    assert(guesses(after(7, 1, 2, 30, 8, 1, 2, 40, 7, 1, 2), 1) == Seq(30))
    // of several places, the last
    assert(guesses(after(1, 2, 30, 1, 2, 40, 1, 2), 1) == Seq(40))
    // a text that runs in circles goes on in circles
    assert(guesses(after(1, 2, 3, 1, 2, 3, 1), 7) == Seq(2, 3, 1, 2, 3, 1, 2))
    assert(guesses(after(5, 5, 5), 3) == Seq(5, 5, 5))
    // nothing is known of single tokens, or of what never came
    for (text <- Seq(Seq(), Seq(1), Seq(1, 2), Seq(1, 2, 3, 2), Seq(1, 2, 3, 4))) {
      assert(guesses(after(text: _*), 1) == Seq(Drafter.NO_GUESS), text)
    }
  }

  test("what is supposed is forgotten when the text grows, and what came true is followed") {
    val lookup = after(1, 2, 3, 4, 5, 6, 9, 1, 2)
    assert(guesses(lookup, 2) == Seq(3, 4))
    lookup.follow(Array(1, 2, 3, 4, 5, 6, 9, 1, 2, 3), 10)
    assert(guesses(lookup, 3) == Seq(4, 5, 6))
    lookup.follow(Array(1, 2, 3, 4, 5, 6, 9, 1, 2, 3, 8), 11)
    assert(lookup.guess() == Drafter.NO_GUESS)
    // what was not guessed leads elsewhere
    lookup.suppose(1)
    assert(lookup.guess() == Drafter.NO_GUESS)
    lookup.suppose(2)
    assert(guesses(lookup, 2) == Seq(3, 8))
  }

  test("a guess always followed the last two tokens before, in texts of any kind") {
    val random = new Random(11)
    for (kinds <- Seq(2, 5, 40, 100000); round <- 0 until 8) {
      val lookup = new PromptLookup
      var text = Vector.fill(random.nextInt(6))(random.nextInt(kinds))
      for (_ <- 0 until 60) {
        text = text ++ Vector.fill(1 + random.nextInt(30))(random.nextInt(kinds))
        lookup.follow((text ++ Vector.fill(3)(-7)).toArray, text.length)
        val guess = lookup.guess()
        val known = text.sliding(3).exists(run => run.length == 3 && run.init == text.takeRight(2))
        if (known) assert(text.containsSlice(text.takeRight(2) :+ guess), text.takeRight(2))
        else assert(guess == Drafter.NO_GUESS)
        // one that has followed nothing yet goes by the longest run and its last place
        val places = for {
          run <- Seq(3, 2)
          at = text.init.lastIndexOfSlice(text.takeRight(run))
          if text.length > run && at >= 0
        } yield text(at + run)
        assert(after(text: _*).guess() == places.headOption.getOrElse(Drafter.NO_GUESS))
      }
    }
  }
}
