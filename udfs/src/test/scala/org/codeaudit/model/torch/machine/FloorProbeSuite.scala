package org.codeaudit.model.torch.machine
import org.codeaudit.model.{ModelFailure, Precision}
import org.scalatest.funsuite.AnyFunSuite

class FloorProbeSuite extends AnyFunSuite {
  private val small = new FloorProbe.Size(8 << 20, 1 << 20, 64, 256, 2)

  private def withProbe[T](device: String)(use: FloorProbe => T): T = {
    val probe = new FloorProbe(device, 1, small)
    try use(probe)
    finally probe.close()
  }

  test("a processor's reads, products and copies have a plausible speed") {
    withProbe("cpu") { probe =>
      val floors = probe.floors()
      assert(floors.readBytes > 1e8 && floors.readBytes < 1e13)
      assert(floors.operations > 1e8 && floors.operations < 1e14)
      assert(floors.integerOperations.getAsDouble > 1e8)
      for (precision <- Seq(Precision.BF16, Precision.F16))
        assert(probe.operationsPerSecond(precision) > 1e7)
      assert(probe.copyBytesPerSecond(false) > 1e8)
    }
  }

  test("what a device cannot do is a failure with libtorch's words, and others can be measured") {
    withProbe("cpu") { probe =>
      val failure = intercept[ModelFailure](probe.copyBytesPerSecond(true))
      assert(failure.getMessage.startsWith("libtorch failed: "))
      assert(probe.readBytesPerSecond > 0)
      intercept[IllegalArgumentException](probe.operationsPerSecond(Precision.INT4))
    }
    withProbe("cuda:7")(probe => intercept[ModelFailure](probe.readBytesPerSecond()))
  }

  test("of two measurements the better counts, each for itself") {
    val integers = java.util.OptionalDouble.of(7)
    val one = new Floors("cpu", 2, 10, 200, integers)
    val other = new Floors("cpu", 2, 20, 100, java.util.OptionalDouble.of(9))
    assert(one.best(other) == new Floors("cpu", 2, 20, 200, java.util.OptionalDouble.of(9)))
  }
}
