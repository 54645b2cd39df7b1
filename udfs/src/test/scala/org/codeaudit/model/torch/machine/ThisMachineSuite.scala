package org.codeaudit.model.torch.machine
import java.util.{Optional, OptionalInt, List => JavaList}

import scala.jdk.CollectionConverters._

import ai.djl.engine.EngineException
import org.codeaudit.model.{Device, DeviceRequest}
import org.codeaudit.model.DeviceChoice.Sight
import org.codeaudit.model.DeviceRequest.Wish
import org.codeaudit.placement.weight.Instructions
import org.scalatest.funsuite.AnyFunSuite

class ThisMachineSuite extends AnyFunSuite {

  test("a machine's free memory is what the kernel can give") {
    val machine = ThisMachine.of(DeviceRequest.of(Wish.CPU))
    assert(machine.gpus.isEmpty && !machine.sharesMemory)
    assert(machine.freeMemory > (1L << 28) && machine.freeMemory < (1L << 50))
    assert(machine.processor == Instructions.ofProcess())
  }

  test("a model may use the GPUs that were assigned, or all if none was") {
    val none = new Sight(OptionalInt.empty(), Optional.empty())
    val four = new Sight(OptionalInt.of(4), Optional.empty())
    val two = new Sight(OptionalInt.of(2), Optional.of("2,3"))
    for (
      (assigned, sight, indices) <- Seq(
        (Seq(), none, Seq()),
        (Seq(), four, Seq(0, 1, 2, 3)),
        (Seq("2"), four, Seq(2)),
        (Seq("1", "3", "1"), four, Seq(1, 3)),
        (Seq("3"), two, Seq(1))
      )
    ) {
      val request = new DeviceRequest(Wish.AUTO, assigned.asJava)
      assert(ThisMachine.devices(request, sight) == indices.map(Device.gpu).asJava)
    }
  }

  private def list(lines: String*) = FreeGpuMemory.lines(lines.mkString("\n"))
  private val h100 = "NVIDIA H100 80GB HBM3"
  private val pair = list(s"GPU-aa, $h100, 81000", s"GPU-bb, $h100, 500")

  test("free memory is read from nvidia-smi's list, and nothing else is taken for one") {
    assert(pair.asScala.map(_.free.getAsLong) == Seq(81000L << 20, 500L << 20))
    assert(list("No devices were found").isEmpty)
    assert(list(s"GPU-aa, $h100, 1", "Unable to determine the device handle").isEmpty)
    val shared = new FreeGpuMemory(list("GPU-aa, NVIDIA GB10, [N/A]"), Optional.empty(), false)
    assert(shared.shared && shared.bytes(Device.gpu(0), 77L) == 77)
  }

  test("a device is found in the list by its place or name, if there can be no doubt") {
    val mixed = list(s"GPU-aa, $h100, 81000", "GPU-bb, NVIDIA T4, 15000")
    for (
      (lines, visible, ordered, index, line) <- Seq(
        (pair, None, false, 1, 1),
        (pair, Some("1"), false, 0, 1),
        (pair, Some("GPU-b"), false, 0, 1),
        (pair, Some("1,0"), false, 1, 0),
        (pair, Some("MIG-xx"), false, 0, -1),
        (pair, Some("1"), false, 1, -1),
        (mixed, None, false, 0, -1),
        (mixed, None, true, 1, 1),
        (mixed, Some("GPU-bb"), false, 0, 1),
        (list(""), None, true, 0, -1)
      )
    ) {
      val names = visible.map(v => v.split(",").toSeq.asJava)
      val free = new FreeGpuMemory(
        lines,
        names.fold(Optional.empty[JavaList[String]])(Optional.of(_)),
        ordered
      )
      assert(free.line(index).orElse(-1) == line, (lines, visible, ordered, index))
    }
  }

  test("memory that is not there can be tried for") {
    val program = ProbeProgram.ofMemory()
    try {
      program.take("cpu", 1 << 20)
      intercept[EngineException](program.take("cpu", 1L << 60))
      program.take("cpu", 1 << 20)
    } finally program.close()
  }
}
