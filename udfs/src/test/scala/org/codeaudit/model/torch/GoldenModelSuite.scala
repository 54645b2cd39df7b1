package org.codeaudit.model.torch

import org.codeaudit.model.Precision
import org.scalatest.funsuite.AnyFunSuite

/** The decoder computes what transformers computes. */
class GoldenModelSuite extends AnyFunSuite {
  import Golden._

  for (name <- families ++ ggufs ++ quantized) {
    test(s"$name in f32 has the logits of transformers, to 1e-4") {
      withModel(name, Precision.F32) { model =>
        for (prompt <- prompts(name)) {
          val sequence = model.open(prompt.ids.length)
          val logits = model.logits(sequence, prompt.ids)
          val error = largestDifference(logits.last, prompt.logits)
          assert(error < 1e-4, prompt.name)
          for (all <- prompt.all) assert(largestDifference(logits.flatten, all) < 1e-4, prompt.name)
          model.close(sequence)
        }
      }
    }

    test(s"$name in f32 writes the 64 tokens of transformers alone, together and chunked") {
      withModel(name, Precision.F32) { model =>
        val cases = prompts(name)
        for (prompt <- cases) {
          assert(greedy(model, Seq(prompt.ids), 64, 4096).head == prompt.greedy, prompt.name)
        }
        for (chunk <- Seq(4096, 37, 7, 1)) {
          val answers = greedy(model, cases.map(_.ids), 64, chunk)
          for ((prompt, answer) <- cases.zip(answers)) {
            assert(answer == prompt.greedy, s"${prompt.name} in chunks of $chunk")
          }
        }
        assert(model.freeTokens == 4096)
      }
    }
  }

  for (name <- families) {
    test(s"$name in bf16 keeps its weights' values: the same logits to 1e-4, the same tokens") {
      withModel(name, Precision.BF16, threads = 2) { model =>
        val cases = prompts(name)
        val errors = for (prompt <- cases) yield {
          val sequence = model.open(prompt.ids.length)
          val error = largestDifference(model.logits(sequence, prompt.ids).last, prompt.logits)
          model.close(sequence)
          error
        }
        info(f"largest error ${errors.max}%.1e; transformers in bf16 ${cases.map(_.bf16).max}%.1e")
        assert(errors.max < 1e-4)
        val answers = greedy(model, cases.map(_.ids), 64, 37)
        for ((prompt, answer) <- cases.zip(answers)) assert(answer == prompt.greedy, prompt.name)
      }
    }
  }
}
