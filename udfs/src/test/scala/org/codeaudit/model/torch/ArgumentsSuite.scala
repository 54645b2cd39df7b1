package org.codeaudit.model.torch

import java.util.BitSet

import org.codeaudit.model._
import org.scalatest.funsuite.AnyFunSuite

/** What a caller may get wrong is found in Java, and nothing has been appended then. */
class ArgumentsSuite extends AnyFunSuite {
  import Golden._

  private def mask(ids: Int*) = {
    val bits = new BitSet
    ids.foreach(bits.set)
    new AllowedTokens.Masked(new TokenMask(bits))
  }

  test("a wrong batch is refused as a whole") {
    withModel("llama-tiny", Precision.F32, cacheTokens = 100) { model =>
      val sequence = model.open(4)
      val good = append(model.open(4), Seq(1, 2))
      val penalising = new SamplingSettings(0, 0, 1, 1.2, 0)
      val cases = Seq[(String, Seq[SequenceStep])](
        "empty batch" -> Seq(),
        "no open sequence 77" -> Seq(good, append(77, Seq(1))),
        "no open sequence -1" -> Seq(good, append(-1, Seq(1))),
        "twice" -> Seq(good, append(sequence, Seq(1)), append(sequence, Seq(2))),
        "appends no token" -> Seq(good, append(sequence, Seq())),
        "do not fit" -> Seq(good, append(sequence, Seq(1, 2, 3, 4, 5))),
        "token 1280" -> Seq(good, append(sequence, Seq(1280))),
        "token -1" -> Seq(good, append(sequence, Seq(-1))),
        "uniform" -> Seq(good, step(sequence, Seq(1), choice(uniform = 1))),
        "uniform" -> Seq(good, step(sequence, Seq(1), choice(uniform = Double.NaN))),
        "no token 2 to choose after" ->
          Seq(
            good,
            new SequenceStep(
              sequence,
              Array(1, 2),
              new java.util.TreeMap(java.util.Map.of[Integer, SequenceStep.Choice](2, choice()))
            )
          ),
        "no token is allowed" ->
          Seq(good, step(sequence, Seq(1), choice(allowed = new AllowedTokens.Only(Array())))),
        "token 1280" ->
          Seq(good, step(sequence, Seq(1), choice(allowed = new AllowedTokens.Only(Array(1280))))),
        "allows no token" -> Seq(good, step(sequence, Seq(1), choice(allowed = mask()))),
        "allows 1280" -> Seq(good, step(sequence, Seq(1), choice(allowed = mask(1, 1280)))),
        "token 4000" -> Seq(good, step(sequence, Seq(1), choice(penalising, seen = Array(4000))))
      )
      for ((message, batch) <- cases) {
        val error = intercept[IllegalArgumentException](stepAll(model, batch: _*))
        assert(error.getMessage.contains(message))
        assert(model.length(sequence) == 0 && model.length(good.sequence) == 0)
      }
      stepAll(model, good)
      assert(model.length(good.sequence) == 2)
    }
  }

  test("capacities are bounded by the context, handles end with their sequence") {
    withModel("llama-tiny", Precision.F32, cacheTokens = 100) { model =>
      for (capacity <- Seq(0, -5, 1025)) {
        intercept[IllegalArgumentException](model.open(capacity))
      }
      assert(model.open(101) == -1)
      val sequence = model.open(60)
      assert(model.open(60) == -1 && model.freeTokens == 40)
      assert(!model.reserve(sequence, 101) && model.reserve(sequence, 100) && model.freeTokens == 0)
      model.close(sequence)
      assert(model.freeTokens == 100)
      intercept[IllegalArgumentException](model.length(sequence))
      intercept[IllegalArgumentException](model.close(sequence))
      intercept[IllegalArgumentException](model.reserve(sequence, 10))
    }
  }

  test("a sequence without a place for its recurrent state waits, however much cache is free") {
    withModel("qwen3-next-tiny", Precision.F32, cacheTokens = 1000) { model =>
      val prompt = prompts("qwen3-next-tiny").head.ids.take(5).toSeq
      def answer(sequence: Int) = stepAll(model, step(sequence, prompt, choice())).tokens.head
      val sequences = Iterator.continually(model.open(6)).takeWhile(_ >= 0).take(1000).toSeq
      assert(sequences.size == 64 && model.freeTokens == 1000 - 64 * 6)
      val expected = answer(sequences.head)
      // those that left a place leave nothing else behind
      for (leaver <- Seq(sequences(10), sequences(63), sequences.head)) {
        stepAll(model, append(leaver, Seq(7)))
        model.close(leaver)
        val free = model.freeTokens
        val next = model.open(6)
        assert(next >= 0 && model.open(6) == -1 && model.freeTokens == free - 6)
        assert(answer(next) == expected)
      }
    }
  }

  test("a closed model refuses everything but being closed again") {
    val model = withModel("llama-tiny", Precision.F32)(identity)
    model.close()
    intercept[IllegalStateException](model.open(5))
    intercept[IllegalStateException](model.freeTokens)
    intercept[IllegalStateException](stepAll(model, append(0, Seq(1))))
  }

  test("a sequence that moves in the cache goes on as if it had stayed") {
    for (name <- Seq("qwen2-tiny", "qwen3-next-tiny")) moved(name)
  }

  private def moved(name: String): Unit =
    withModel(name, Precision.F32, cacheTokens = 1000) { model =>
      val prompt = prompts(name)(6)
      val first = model.open(prompt.ids.length)
      val neighbour = model.open(10)
      stepAll(model, append(neighbour, Seq(1, 2, 3)), append(first, prompt.ids.toSeq.init))
      assert(model.reserve(first, prompt.ids.length + 64))
      assert(model.freeTokens == 1000 - 10 - prompt.ids.length - 64)
      var next = prompt.ids.last
      val answer = for (_ <- prompt.greedy) yield {
        next = stepAll(model, step(first, Seq(next), choice())).tokens.head
        next
      }
      assert(answer == prompt.greedy)
    }
}
