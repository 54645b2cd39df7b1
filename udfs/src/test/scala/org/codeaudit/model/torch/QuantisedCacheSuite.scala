package org.codeaudit.model.torch

import org.codeaudit.checkpoint.Checkpoints
import org.codeaudit.model._
import org.codeaudit.model.torch.machine.ThisMachine
import org.codeaudit.placement.StepSize
import org.codeaudit.placement.weight.Footprint
import org.scalatest.funsuite.AnyFunSuite

/** Keys and values kept as integers of 8 bits. */
class QuantisedCacheSuite extends AnyFunSuite {
  import Golden._

  private def withCache[T](name: String, precision: Precision = Precision.F32)(
      use: TorchLanguageModel => T
  ): T = withModel(name, precision, cacheType = CacheType.INT8)(use)

  private def square(values: Array[Float]): Double = values.map(v => v.toDouble * v).sum

  private def last(model: TorchLanguageModel, ids: Array[Int], chunk: Int): Array[Float] = {
    val sequence = model.open(ids.length)
    val (first, rest) = ids.toSeq.splitAt(ids.length - 1 - (ids.length - 1) % chunk)
    first.grouped(chunk).foreach(part => stepAll(model, append(sequence, part)))
    try model.logits(sequence, rest.toArray).last
    finally model.close(sequence)
  }

  for (name <- families) {
    test(s"$name has logits that are off by 4% of all at most, however it is fed") {
      withCache(name) { model =>
        val cases = prompts(name)
        val errors = for (prompt <- cases) yield {
          val whole = last(model, prompt.ids, 4096)
          val off = whole.zip(prompt.logits).map { case (a, b) => a - b }
          // whether it comes whole, in chunks or token by token, the same integers are kept
          for (chunk <- Seq(1, 7, 70))
            assert(largestDifference(last(model, prompt.ids, chunk), whole) < 0.02, prompt.name)
          (largestDifference(whole, prompt.logits), math.sqrt(square(off) / square(prompt.logits)))
        }
        val answers = greedy(model, cases.map(_.ids), 64, 37)
        val same = cases.zip(answers).map { case (prompt, answer) =>
          prompt.greedy.zip(answer).takeWhile(pair => pair._1 == pair._2).length
        }
        info(
          f"greatest ${errors.map(_._1).max}%.1e, ${errors.map(_._2).max}%.1e of all;" +
            s" tokens before the first that differs, of 64: ${same.mkString(", ")}"
        )
        assert(errors.map(_._2).max < 0.04)
        // and it is another arithmetic: the test would see a cache that is not quantised
        assert(errors.map(_._1).max > 1e-4)
        assert(model.freeTokens == 4096)
      }
    }
  }

  for (name <- families) {
    test(s"$name answers together what it answers alone") {
      withCache(name) { model =>
        val cases = prompts(name).filter(_.margin > 0)
        val alone = cases.map(prompt => greedy(model, Seq(prompt.ids), 64, 4096).head)
        val together = greedy(model, cases.map(_.ids), 64, 37)
        val differing = alone.zip(together).count { case (a, b) => a != b }
        // a number that lies between two integers may go to either
        info(s"$differing of ${cases.length} differ")
        assert(differing <= 1)
      }
    }
  }

  for (name <- Seq("llama-tiny", "qwen3-tiny", "qwen3-moe-tiny")) {
    test(s"$name computes the same behind positions of others, after a move and after a guess") {
      withCache(name) { model =>
        for (prompt <- prompts(name).filter(_.ids.length > 20)) {
          val ids = prompt.ids.toSeq
          val whole = last(model, prompt.ids, 4096)
          val cut = ids.length / 2
          val parent = model.open(cut)
          stepAll(model, append(parent, ids.take(cut)))
          for (chunk <- Seq(1, 5, 4096)) {
            val child = model.open(parent, cut, ids.length - cut)
            val rest = ids.drop(cut).dropRight(1)
            rest.grouped(chunk).foreach(part => stepAll(model, append(child, part)))
            val shared = model.logits(child, Array(ids.last)).last
            assert(largestDifference(shared, whole) < 0.02, s"${prompt.name} in chunks of $chunk")
            model.close(child)
          }
          val guessing = model.open(cut)
          stepAll(model, append(guessing, ids.take(cut - 3) ++ Seq(1, 2, 3)))
          model.truncate(guessing, cut - 3)
          val behind = model.open(10)
          assert(model.reserve(guessing, ids.length))
          stepAll(model, append(guessing, ids.slice(cut - 3, ids.length - 1)))
          val guessed = model.logits(guessing, Array(ids.last)).last
          assert(largestDifference(guessed, whole) < 0.02, prompt.name)
          Seq(behind, guessing, parent).foreach(model.close)
        }
        assert(model.freeTokens == 4096)
      }
    }
  }

  for (name <- Seq("llama-tiny", "qwen3-next-tiny")) {
    test(s"$name in the form of a GPU keeps integers there, and is little further from f32") {
      val plain = Plans.onGpu(name, Precision.BF16)
      val plan = Plans.quantised(plain)
      def errors(plan: org.codeaudit.placement.PlacementPlan) =
        Plans.withPlan(name, plan, Plans.fakeGpus) { model =>
          val errors = prompts(name).map { prompt =>
            largestDifference(last(model, prompt.ids, 7), prompt.logits)
          }
          (errors.max, model.cacheBytes)
        }
      val (before, bytes) = errors(plain)
      val (after, fewer) = errors(plan)
      info(f"$before%.2f, $after%.2f; $bytes and $fewer bytes")
      assert(after < before + 0.3)
      assert(fewer < 0.75 * bytes)
    }
  }

  test("the cache takes the bytes that the plan counts, and a third of those of floats") {
    for (name <- families) {
      val checkpoint = Checkpoints.open(path(name))
      def bytes(cacheType: CacheType) = {
        val settings = new ModelSettings(path(name).toString, Precision.F32, 3000, 1)
        val plan = ThisMachine.plan(
          Footprint.of(checkpoint),
          settings.`with`(cacheType),
          StepSize.ofBatch(64)
        )
        val states = (0 until checkpoint.config.layers)
          .map(Footprint.of(checkpoint).statePerSequence(_))
          .sum * plan.states
        val planned = plan.shares.get(Device.CPU).cache - states
        withModel(name, Precision.F32, 3000, cacheType = cacheType) { model =>
          assert(model.cacheBytes == planned, name)
        }
        planned
      }
      try {
        val head = checkpoint.config.headSize
        assert(bytes(CacheType.INT8) * 4 * head == bytes(CacheType.AUTO) * (head + 4))
      } finally checkpoint.close()
    }
  }

  test("what is loaded says how its cache is kept") {
    withCache("qwen3-tiny", Precision.BF16) { model =>
      assert(model.description.precision == "bf16+kv-int8")
    }
    withModel("qwen3-tiny", Precision.BF16)(m => assert(m.description.precision == "bf16"))
  }
}
