package org.codeaudit.model.torch
import org.codeaudit.model.{Device, Precision}
import org.codeaudit.model.PlacementRequest.Strategy
import org.codeaudit.placement.PlacementPlan
import org.codeaudit.placement.PlacementPlan.{LayerPlace, Residence}
import org.scalatest.funsuite.AnyFunSuite

/** Models spread over devices as plans say answer as they do on one. */
class StrategySuite extends AnyFunSuite {
  import Golden._
  import Plans._

  private val cpu = Device.CPU

  /** One plan for each way to spread the layers of a model, in a precision. */
  private def plans(name: String, precision: Precision): Seq[(String, PlacementPlan)] = {
    import Residence._
    val count = config(path(name)).layers
    def of(strategy: Strategy, embedding: Device, head: Device)(place: Int => LayerPlace) =
      plan(strategy, precision, layers(count)(place), embedding, head)
    Seq(
      "on two GPUs" -> of(Strategy.MULTI_GPU, gpu0, gpu1) { i =>
        val gpu = if (i < count / 2) gpu0 else gpu1
        new LayerPlace(gpu, gpu, HELD)
      },
      "with feed-forward layers on the CPU" -> of(Strategy.HYBRID, gpu0, gpu0)(_ =>
        new LayerPlace(gpu0, cpu, HELD)
      ),
      "with mapped feed-forward layers on the CPU" -> of(Strategy.HYBRID, gpu0, gpu0)(_ =>
        new LayerPlace(gpu0, cpu, MAPPED)
      ),
      "with the last layers on the CPU" -> of(Strategy.HYBRID, gpu0, cpu) { i =>
        val device = if (i == 0) gpu0 else cpu
        new LayerPlace(device, device, HELD)
      },
      "streamed" -> of(Strategy.STREAMED, cpu, gpu0)(_ => new LayerPlace(gpu0, gpu0, STREAMED)),
      "streamed but for its first layer" -> of(Strategy.STREAMED, gpu0, gpu0)(i =>
        new LayerPlace(gpu0, gpu0, if (i == 0) HELD else STREAMED)
      ),
      "streamed but for its feed-forward layers" -> of(Strategy.STREAMED, cpu, cpu)(_ =>
        new LayerPlace(gpu0, cpu, STREAMED)
      ),
      "streamed to two GPUs in turn" -> of(Strategy.STREAMED, cpu, gpu1) { i =>
        val gpu = if (i % 2 == 0) gpu0 else gpu1
        new LayerPlace(gpu, gpu, STREAMED)
      },
      "mapped" -> of(Strategy.DISK, cpu, cpu)(_ => new LayerPlace(cpu, cpu, MAPPED))
    )
  }

  /** Every second prompt by length: the shortest, the longest and some between. */
  private def asked(name: String): Seq[Prompt] =
    prompts(name).sortBy(-_.ids.length).zipWithIndex.filter(_._2 % 2 == 0).map(_._1)

  private def answers(name: String, model: TorchLanguageModel): Seq[Seq[Int]] =
    greedy(model, asked(name).map(_.ids), 12, 17)

  private def logits(name: String, model: TorchLanguageModel): Seq[Array[Float]] =
    asked(name).map { prompt =>
      val sequence = model.open(prompt.ids.length)
      try model.logits(sequence, prompt.ids).last
      finally model.close(sequence)
    }

  for (name <- families ++ ggufs) {
    test(s"$name spread over devices answers as it does on the CPU") {
      val (expected, reference) =
        withModel(name, Precision.F32)(m => (answers(name, m), logits(name, m)))
      for ((how, plan) <- plans(name, Precision.F32)) {
        withPlan(name, plan, fakeGpus) { model =>
          assert(answers(name, model) == expected, how)
          val difference = logits(name, model)
            .zip(reference)
            .map { case (found, right) => largestDifference(found, right) }
            .max
          assert(difference < 1e-4, how)
          assert(model.description.placement == plan.strategy.toString, how)
        }
      }
    }

    test(s"$name streamed to a GPU computes what it does when it is held there") {
      val held = onGpu(name, Precision.BF16)
      val (expected, reference) =
        withPlan(name, held, fakeGpus)(m => (answers(name, m), logits(name, m)))
      val layers = held.layers.size
      val streamed = plan(
        Strategy.STREAMED,
        Precision.BF16,
        Seq.fill(layers)(new LayerPlace(gpu0, gpu0, Residence.STREAMED)),
        gpu0,
        gpu0
      )
      withPlan(name, streamed, fakeGpus) { model =>
        assert(answers(name, model) == expected)
        for ((found, right) <- logits(name, model).zip(reference))
          assert(found.sameElements(right))
      }
    }
  }

  for (name <- families) {
    test(s"$name mapped in exact bf16 has the logits of transformers, token by token too") {
      val mapped = plans(name, Precision.BF16).last._2
      withPlan(name, mapped, fakeGpus) { model =>
        for (prompt <- prompts(name).sortBy(_.ids.length).take(4)) {
          for (chunk <- Seq(1, 4096)) {
            val sequence = model.open(prompt.ids.length)
            val (head, last) = prompt.ids.toSeq.splitAt(prompt.ids.length - 1)
            for (part <- head.grouped(chunk)) stepAll(model, append(sequence, part))
            val found = model.logits(sequence, last.toArray).last
            assert(largestDifference(found, prompt.logits) < 1e-4, s"${prompt.name}, $chunk")
            model.close(sequence)
          }
        }
      }
    }
  }

  test("the description names the devices that compute, and how") {
    val all = plans("llama-tiny", Precision.F32).map { case (how, plan) =>
      how -> withPlan("llama-tiny", plan, fakeGpus)(_.description.device)
    }.toMap
    assert(all("on two GPUs") == "cuda:0+cuda:1")
    assert(all("with feed-forward layers on the CPU") == "cuda:0+cpu")
    assert(all("streamed") == "cuda:0" && all("mapped") == "cpu")
    val rounding = plans("llama-tiny", Precision.BF16).map { case (how, plan) =>
      how -> withPlan("llama-tiny", plan, fakeGpus)(_.description.arithmetic)
    }.toMap
    assert(rounding("on two GPUs") == "bf16" && rounding("mapped") == "exact")
    assert(rounding("with feed-forward layers on the CPU") == "bf16+exact")
  }
}
