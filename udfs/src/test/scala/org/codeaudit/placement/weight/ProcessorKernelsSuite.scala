package org.codeaudit.placement.weight
import java.util.{List => JavaList}

import org.codeaudit.AuditException
import org.codeaudit.model.{Arithmetic, Precision}
import org.scalatest.funsuite.AnyFunSuite

class ProcessorKernelsSuite extends AnyFunSuite {
  import Arithmetic._
  import ProcessorKernels.Int8

  /** With what the JVM's property says, or without it. */
  private def withProperty[T](value: Option[String])(use: => T): T = {
    val before = Option(System.getProperty(ProcessorKernels.PROPERTY))
    def set(text: Option[String]): Unit = text match {
      case Some(some) => System.setProperty(ProcessorKernels.PROPERTY, some)
      case None       => System.clearProperty(ProcessorKernels.PROPERTY)
    }
    set(value)
    try use
    finally set(before)
  }

  private val old = Instructions.of(JavaList.of("sse4_2"))
  private val avx2 = Instructions.of(JavaList.of("avx2", "avx512f"))
  private val amx = Instructions.of(JavaList.of("avx2", "amx_bf16"))
  private val zen = Instructions.of(JavaList.of("avx2", "avx512f", "avx512_bf16"))

  test("a processor has the instructions that its flags name") {
    assert(old == new Instructions(false, false))
    assert(avx2 == Instructions.AVX2)
    assert(amx == new Instructions(true, true) && zen == Instructions.AVX2)
    // the same place that a model asks
    assert(Instructions.ofProcess == Instructions.of(Instructions.flags))
  }

  test("products are rounded where that is asked for, or is fast") {
    withProperty(None) {
      for (
        (asked, precision, processor, rounding) <- Seq(
          (AUTO, Precision.BF16, old, "exact"),
          (AUTO, Precision.BF16, avx2, "exact"),
          (AUTO, Precision.BF16, amx, "bf16"),
          (AUTO, Precision.BF16, zen, "exact"),
          (ROUNDED, Precision.BF16, zen, "bf16"),
          (EXACT, Precision.BF16, zen, "exact"),
          (ROUNDED, Precision.BF16, old, "bf16"),
          (AUTO, Precision.INT8, avx2, "int8"),
          (EXACT, Precision.INT8, zen, "exact"),
          (ROUNDED, Precision.INT8, avx2, "int8"),
          // the same numbers, without a kernel for integers
          (AUTO, Precision.INT8, old, "int8")
        ) ++ Seq(Precision.F32, Precision.F16, Precision.INT4, Precision.NF4)
          .flatMap(precision => Arithmetic.values.map(asked => (asked, precision, zen, "exact")))
      ) {
        val kernels = ProcessorKernels.of(asked, precision, false, processor)
        assert(kernels.rounding == rounding, (asked, precision, processor))
        assert(kernels.int8 != Int8.PACKED || processor.integers)
      }
    }
  }

  test("what a checkpoint holds quantised is multiplied exactly, and so is what stands beside it") {
    for (asked <- Arithmetic.values; processor <- Seq(old, avx2, zen)) {
      val kernels = ProcessorKernels.of(asked, Precision.BF16, true, processor)
      assert(kernels == ProcessorKernels.EXACT)
    }
  }

  test("a property says what auto means in a process, and nothing else") {
    for ((value, rounding) <- Seq("exact" -> "exact", "rounded" -> "bf16", "AUTO" -> "bf16")) {
      withProperty(Some(value)) {
        assert(ProcessorKernels.of(AUTO, Precision.BF16, false, amx).rounding == rounding)
        assert(ProcessorKernels.of(EXACT, Precision.BF16, false, amx).rounding == "exact")
        assert(ProcessorKernels.of(ROUNDED, Precision.BF16, false, old).rounding == "bf16")
      }
    }
    withProperty(Some("rounded"))(
      assert(ProcessorKernels.of(AUTO, Precision.BF16, false, old).rounding == "bf16")
    )
    val error = withProperty(Some("fast"))(
      intercept[AuditException](ProcessorKernels.of(AUTO, Precision.BF16, false, zen))
    )
    assert(error.errorClass.name == "ARITHMETIC" && error.getMessage.contains("fast"))
  }
}
