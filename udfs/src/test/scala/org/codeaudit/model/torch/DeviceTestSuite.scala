package org.codeaudit.model.torch
import org.codeaudit.model.{Device, Precision}
import org.codeaudit.model.PlacementRequest.Strategy
import org.codeaudit.model.torch.machine.TorchInstallation
import org.scalatest.funsuite.AnyFunSuite

/** The self-test of a GPU, with the processor in its place. */
class DeviceTestSuite extends AnyFunSuite {
  private val rehearsal = DeviceTest.rehearsal(Device.gpu(0))

  for (name <- Seq("llama-tiny", "qwen3-moe-tiny", "qwen3-next-tiny")) {
    test(s"$name computes in a GPU's place what it does on the processor") {
      for (strategy <- Seq(Strategy.GPU, Strategy.STREAMED, Strategy.HYBRID)) {
        val found = rehearsal.compare(Golden.path(name), strategy, Precision.F32)
        assert(found.largestError < 1e-4, strategy)
        assert(found.sameTokens == 36 && found.tokens == 36, strategy)
      }
      val rounded = rehearsal.compare(Golden.path(name), Strategy.GPU, Precision.BF16)
      assert(rounded.medianError > 0 && rounded.medianError <= rounded.largestError)
      if (name == "llama-tiny") assert(rounded.largestError < 0.5)
    }
  }

  test("a device that is not there is a failure") {
    val missing = DeviceTest.of(Device.gpu(7))
    intercept[RuntimeException](
      missing.compare(Golden.path("llama-tiny"), Strategy.GPU, Precision.F32)
    )
  }

  test("a step is timed") {
    val seconds = rehearsal.stepSeconds(Golden.path("llama-tiny"), Precision.BF16, 4)
    assert(seconds > 1e-6 && seconds < 60)
  }

  test("the libtorch of this process is found") {
    val found = TorchInstallation.find()
    assert(found.version.startsWith("2.7"))
    assert(found.folder.isEmpty || found.folder.get.resolve("libtorch_cpu.so").toFile.exists)
  }

  test("a sequence is copied with its positions, and goes on as the other does") {
    Golden.withModel("qwen3-tiny", Precision.F32) { model =>
      import Golden._
      val text = prompts("qwen3-tiny").map(_.ids.toSeq).maxBy(_.length)
      val first = model.open(text.length + 4)
      stepAll(model, append(first, text.init))
      val second = model.openCopy(first, text.length)
      val free = model.freeTokens
      assert(model.length(second) == text.length - 1)
      val expected = model.logits(first, Array(text.last)).last
      assert(model.logits(second, Array(text.last)).last.sameElements(expected))
      intercept[IllegalArgumentException](model.openCopy(first, 3))
      assert(model.freeTokens == free)
      Seq(first, second).foreach(model.close)
      assert(model.freeTokens == 4096)
    }
  }
}
