package org.codeaudit.job.doctor
import java.io.{PrintWriter, StringWriter}
import java.nio.file.{Files, Path}
import java.util.{Map => JavaMap, Optional, OptionalInt}

import org.codeaudit.job.doctor.Diagnosis.Status
import org.codeaudit.model.Device
import org.codeaudit.model.torch.DeviceTest
import org.codeaudit.model.torch.machine.TorchInstallation
import org.scalatest.funsuite.AnyFunSuite

class GpuChecksSuite extends AnyFunSuite {

  test("a GPU that the processor stands for passes all but what takes a driver") {
    val text = new StringWriter()
    val examination = new Examination(new PrintWriter(text))
    new GpuChecks(examination).device(DeviceTest.rehearsal(Device.gpu(0)), "cuda:0")
    val lines = text.toString.linesIterator.toSeq
    val (failed, fine) = lines.partition(_.startsWith("failed"))
    assert(failed.size == 1 && failed.head.contains("pinned"), text)
    assert(fine.forall(_.startsWith("ok")) && fine.size == 20, text)
    assert(!examination.well && examination.summary == "20 ok, 1 failed, 0 skipped")
    assert(examination.json.path("checks").size == 21)
  }

  test("what is missing for CUDA is said, with what to do about it") {
    val folder = Optional.of(Path.of("/opt/libtorch"))
    def cuda(devices: OptionalInt, environment: (String, String)*) = {
      val variables = JavaMap.ofEntries(environment.map(e => JavaMap.entry(e._1, e._2)): _*)
      GpuChecks.cuda(new TorchInstallation("2.7.1", folder, devices), variables)
    }
    val without = cuda(OptionalInt.empty)
    assert(without.status == Status.FAILED)
    assert(without.figure.contains("/opt/libtorch") && without.figure.contains("not set"))
    assert(without.advice.contains("PYTORCH_LIBRARY_PATH"))
    val none = cuda(OptionalInt.of(0), "CUDA_VISIBLE_DEVICES" -> "7")
    assert(none.status == Status.FAILED && none.figure.contains("CUDA_VISIBLE_DEVICES is 7"))
    assert(cuda(OptionalInt.of(2)).status == Status.OK)
  }

  test("the driver is recognised by what the kernel says of it") {
    val file = Files.createTempFile("nvidia", "version")
    Files.writeString(file, "NVRM version: NVIDIA UNIX  570.1\nGCC version: 12\n")
    assert(GpuChecks.driver(file).figure == "NVRM version: NVIDIA UNIX 570.1")
    val missing = GpuChecks.driver(file.resolveSibling("no-such-file"))
    assert(missing.status == Status.FAILED && missing.advice.contains("driver"))
  }

  test("a check that throws has failed in one line, and the next is made all the same") {
    val text = new StringWriter()
    val examination = new Examination(new PrintWriter(text))
    assert(!examination.check("one", () => throw new IllegalStateException("a\n  b\n c\n")))
    assert(examination.check("two", () => Diagnosis.ok("fine")))
    examination.skip("three", "no reason")
    val lines = text.toString.linesIterator.toSeq
    assert(lines.head.matches("failed +one +a \\.\\.\\. c"))
    assert(lines.map(_.split(" +").head) == Seq("failed", "ok", "skipped"))
    assert(!examination.well)
  }
}
