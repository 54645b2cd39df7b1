package org.codeaudit.model.torch
import java.util.{List => JavaList}

import ai.djl.engine.EngineException
import org.codeaudit.AuditException
import org.codeaudit.checkpoint.Checkpoints
import org.codeaudit.model.{Device, DeviceRequest, ModelSettings, Precision}
import org.codeaudit.model.DeviceRequest.Wish
import org.codeaudit.model.torch.load.MatrixPlace
import org.codeaudit.model.torch.machine.Hardware
import org.codeaudit.model.torch.program.DecoderProgram
import org.codeaudit.placement.PlacementPlan.Residence
import org.codeaudit.placement.weight.{ProcessorKernels, WeightForm}
import org.codeaudit.placement.weight.ProcessorKernels.Int8
import org.scalatest.funsuite.AnyFunSuite

/** What can be known of a model on a GPU without one. */
class PlacementSuite extends AnyFunSuite {
  import Golden._
  import Plans._

  test("on a GPU weights and cache are plain tensors of the precision asked for") {
    val gpu = Device.gpu(1)
    def held(device: Device, precision: Precision) =
      MatrixPlace.of(device, precision, ProcessorKernels.EXACT, Residence.HELD)
    assert(
      held(gpu, Precision.BF16) ==
        new MatrixPlace(
          gpu,
          WeightForm.BF16,
          WeightForm.BF16,
          Int8.EXACT,
          WeightForm.BF16,
          Residence.HELD
        )
    )
    assert(
      held(gpu, Precision.F32) ==
        new MatrixPlace(
          gpu,
          WeightForm.F32,
          WeightForm.F32,
          Int8.EXACT,
          WeightForm.F32,
          Residence.HELD
        )
    )
    for (precision <- Precision.values) {
      val cpu = held(Device.CPU, precision)
      assert(cpu.form == WeightForm.of(precision, ProcessorKernels.EXACT))
      assert(cpu.cache == WeightForm.F32)
      assert(cpu.onProcessor && !held(gpu, precision).onProcessor)
    }
  }

  test("a layer's residence concerns its parts on the devices where that is possible") {
    def place(device: Device, residence: Residence) =
      MatrixPlace.of(device, Precision.BF16, ProcessorKernels.EXACT, residence)
    assert(place(gpu0, Residence.MAPPED).residence == Residence.HELD)
    assert(place(Device.CPU, Residence.STREAMED).residence == Residence.HELD)
    assert(place(Device.CPU, Residence.MAPPED).mapped)
    val streamed = place(gpu0, Residence.STREAMED)
    assert(streamed.keeper == Device.CPU && streamed.onProcessor && streamed.device == gpu0)
    assert(streamed.form == WeightForm.BF16)
  }

  test("integers are packed where they are held and multiplied by the processor") {
    def int8(device: Device, int8: Int8, residence: Residence) =
      MatrixPlace.of(device, Precision.INT8, new ProcessorKernels(false, int8), residence).int8
    for (how <- Int8.values) {
      assert(int8(Device.CPU, how, Residence.HELD) == how)
      for (residence <- Seq(Residence.HELD, Residence.STREAMED))
        assert(int8(gpu0, how, residence) == Int8.EXACT)
    }
    assert(int8(Device.CPU, Int8.EXACT, Residence.MAPPED) == Int8.EXACT)
    for (how <- Seq(Int8.ROUNDED, Int8.PACKED))
      assert(int8(Device.CPU, how, Residence.MAPPED) == Int8.ROUNDED)
  }

  for (name <- families) {
    test(s"$name in the form of a GPU is as near to f32 as transformers in bf16 is") {
      withPlan(name, onGpu(name, Precision.BF16), fakeGpus) { model =>
        val errors = for (prompt <- prompts(name)) yield {
          val sequence = model.open(prompt.ids.length)
          val whole = model.logits(sequence, prompt.ids).last
          model.close(sequence)
          // in chunks, so that the mask of earlier positions is used, then a single token
          val again = model.open(prompt.ids.length)
          val (head, last) = prompt.ids.splitAt(prompt.ids.length - 1)
          for (chunk <- head.grouped(7)) stepAll(model, append(again, chunk.toSeq))
          val stepped = model.logits(again, last).last
          model.close(again)
          (
            largestDifference(whole, prompt.logits),
            largestDifference(stepped, prompt.logits),
            prompt.bf16
          )
        }
        val bound = 1.5 * errors.map(_._3).max
        info(
          f"${errors.map(_._1).max}%.2f whole, ${errors.map(_._2).max}%.2f stepped of $bound%.2f"
        )
        assert(errors.forall(e => e._1 <= bound && e._2 <= bound))
        // and it is another arithmetic: the test would see a form that is ignored
        assert(errors.map(_._1).max > 1e-3)
      }
    }
  }

  test("every tensor that the decoder makes is made on a device it was told") {
    val source =
      new String(DecoderProgram.archive(), "UTF-8").replaceAll("(?m)#.*$", "")
    val makers =
      "torch\\.(empty|zeros|ones|full|tensor|scalar_tensor|arange|linspace|eye|rand\\w*)\\("
    val made = makers.r.findAllMatchIn(source).map(m => call(source, m.end)).toSeq
    assert(made.length >= 8)
    // a tensor without numbers may be anywhere
    for (arguments <- made if !arguments.startsWith("[0]"))
      assert(arguments.contains("device="), arguments)
    assert("torch\\.from_file".r.findAllIn(source).length == 1)
    // what goes out is moved back
    val methods = source.split("(?m)^  def ").map(text => text.takeWhile(_ != '(') -> text).toMap
    for (name <- Seq("logits", "choose")) {
      assert(methods(name).contains("""torch.device("cpu"))"""), name)
    }
  }

  /** The text of a call's arguments, which begin at an index. */
  private def call(source: String, begin: Int): String = {
    val depths = source.drop(begin).scanLeft(1) {
      case (depth, '(') => depth + 1
      case (depth, ')') => depth - 1
      case (depth, _)   => depth
    }
    source.slice(begin, begin + depths.indexOf(0) - 1)
  }

  test("a model refuses to load where a GPU is required and there is none") {
    val path = root.resolve("llama-tiny")
    val checkpoint = Checkpoints.open(path)
    val request = new DeviceRequest(Wish.GPU, JavaList.of("1"))
    val error =
      try
        intercept[AuditException](
          TorchLanguageModel
            .load(checkpoint, new ModelSettings(path.toString, Precision.F32, 64, 1, request))
        )
      finally checkpoint.close()
    assert(error.errorClass.name == "GPU_REQUIRED")
    assert(error.getMessage.contains("Spark assigned GPU 1, and"))
  }

  test("a device that is not there is an error that names it, not the end of the JVM") {
    val error = intercept[AuditException](
      withPlan("llama-tiny", onGpu("llama-tiny", Precision.BF16), Hardware.OF_PROCESS)(_ => ())
    )
    assert(error.errorClass.name == "MODEL_LOAD_FAILED" && error.getMessage.contains("on cuda:0"))
  }

  test("memory that is not there is an exception of libtorch, and the program goes on") {
    val program = DecoderProgram.load(false, false, 1)
    try {
      program.tryMemory("cpu", 1 << 20)
      intercept[EngineException](program.tryMemory("cpu", 1L << 60))
      program.tryMemory("cpu", 1 << 20)
    } finally program.close()
  }
}
