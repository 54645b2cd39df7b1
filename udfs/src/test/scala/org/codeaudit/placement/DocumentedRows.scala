package org.codeaudit.placement

import org.codeaudit.placement.weight.Matrix
import org.codeaudit.model.PlacementRequest.Strategy
import org.codeaudit.model.PlacementRequest.Strategy._
import org.codeaudit.model.Precision

/** What the reference documents say about loading Qwen3-Next-80B in AutoRound INT4. */
object DocumentedRows {

  /** A machine at one end of a row's range: gigabytes of the GPU (0 for none) and of memory. */
  case class End(gpu: Double, memory: Double) {
    def machine: Machine =
      if (gpu > 0) Known.machine(memory, gpu) else Known.machine(memory)

    override def toString: String = {
      def text(number: Double) = number.toString.stripSuffix(".0")
      (if (gpu > 0) s"${text(gpu)} GB GPU, " else "") + s"${text(memory)} GB"
    }
  }

  /** What the arithmetic says of an end: whether the document's way fits, and the best way. */
  case class Verdict(fits: Boolean, best: Option[Strategy])

  /** @param where
    *   section of the document
    * @param says
    *   what it promises, shortly
    * @param way
    *   the strategy that is; none if it says that nothing works
    * @param ends
    *   the weakest and the strongest machine of the row
    * @param verdicts
    *   one for each end
    */
  case class Row(
      where: String,
      says: String,
      way: Option[Strategy],
      ends: Seq[End],
      verdicts: Seq[Verdict],
      precision: Precision = Precision.BF16,
      gpuMemory: Double = 0,
      cpuMemory: Double = 0
  ) {
    def question(end: End, strategy: Strategy): PlacementQuestion = Known.question(
      Known.nextInt4,
      end.machine,
      precision,
      strategy,
      gpuMemory = Known.gb(gpuMemory),
      cpuMemory = Known.gb(cpuMemory)
    )
  }

  private def row(
      where: String,
      says: String,
      way: Option[Strategy],
      ends: (Double, Double)*
  )(verdicts: (Boolean, Option[Strategy])*): Row = Row(
    where,
    says,
    way,
    ends.map { case (gpu, memory) => End(gpu, memory) },
    verdicts.map { case (fits, best) => Verdict(fits, best) }
  )

  private val no = false
  private val yes = true

  val rows: Seq[Row] = Seq(
    row("Matrix 1", "Full GPU, minimum viable", Some(GPU), (30, 16), (32, 16))(
      (no, Some(DISK)),
      (no, Some(DISK))
    ),
    row("Matrix 1", "Full GPU, comfortable", Some(GPU), (40, 16))((no, Some(HYBRID))),
    row("Matrix 1", "Full GPU, professional GPUs", Some(GPU), (48, 16))((no, Some(HYBRID))),
    row("Matrix 1", "Full GPU, data centre", Some(GPU), (80, 16))((yes, Some(GPU))),
    row("Matrix 2", "Hybrid, mostly CPU", Some(HYBRID), (14, 60), (16, 80))(
      (yes, Some(HYBRID)),
      (yes, Some(HYBRID))
    ),
    row("Matrix 2", "Hybrid, balanced", Some(HYBRID), (20, 50), (24, 70))(
      (yes, Some(HYBRID)),
      (yes, Some(HYBRID))
    ),
    row("Matrix 2", "Hybrid, mostly GPU", Some(HYBRID), (24, 40), (29, 60))(
      (yes, Some(HYBRID)),
      (yes, Some(HYBRID))
    ),
    row("Matrix 3", "CPU, tight", Some(CPU), (0, 50), (0, 64))((yes, Some(CPU)), (yes, Some(CPU))),
    row("Matrix 3", "CPU, standard", Some(CPU), (0, 80), (0, 96))(
      (yes, Some(CPU)),
      (yes, Some(CPU))
    ),
    row("Matrix 3", "CPU, comfortable", Some(CPU), (0, 128))((yes, Some(CPU))),
    row("Matrix 3", "CPU requires FP32", Some(CPU), (0, 64), (0, 128))((no, None), (no, None))
      .copy(precision = Precision.F32),
    row("Matrix 4", "Streamed, constant swapping", Some(STREAMED), (8, 32), (12, 48))(
      (yes, Some(DISK)),
      (yes, Some(HYBRID))
    ),
    row("Matrix 4", "Streamed, recent shards cached", Some(STREAMED), (8, 48), (12, 64))(
      (yes, Some(HYBRID)),
      (yes, Some(HYBRID))
    ),
    row("Matrix 4", "Streamed, buffers in RAM", Some(STREAMED), (12, 32), (16, 48))(
      (yes, Some(DISK)),
      (yes, Some(HYBRID))
    ),
    row("Matrix 5", "Disk, NVMe", Some(DISK), (0, 16), (0, 32))(
      (yes, Some(DISK)),
      (yes, Some(DISK))
    ),
    row("Matrix 5", "Disk, SSD", Some(DISK), (0, 32), (0, 48))(
      (yes, Some(DISK)),
      (yes, Some(DISK))
    ),
    row("Matrix 5", "Disk, striped NVMe", Some(DISK), (0, 16))((yes, Some(DISK))),
    row("Tree", "30 GB or more: full GPU", Some(GPU), (30, 16), (80, 64))(
      (no, Some(DISK)),
      (yes, Some(GPU))
    ),
    row("Tree", "16 to 29 GB, 64 GB or more: hybrid, may fail", Some(HYBRID), (16, 64), (29, 128))(
      (yes, Some(HYBRID)),
      (yes, Some(HYBRID))
    ),
    row("Tree", "16 to 29 GB, less than 64 GB: CPU only", Some(CPU), (16, 32), (29, 60))(
      (no, Some(DISK)),
      (yes, Some(HYBRID))
    ),
    row("Tree", "8 to 15 GB, 64 GB or more: CPU only", Some(CPU), (8, 64), (15, 128))(
      (yes, Some(HYBRID)),
      (yes, Some(HYBRID))
    ),
    row("Tree", "8 to 15 GB, less than 64 GB: a smaller model", None, (8, 16), (15, 60))(
      (no, Some(DISK)),
      (no, Some(HYBRID))
    ),
    row("Tree", "less than 8 GB: the cloud", None, (4, 16), (7, 64))(
      (no, Some(DISK)),
      (no, Some(HYBRID))
    ),
    row("Tier 1", "30 GiB of a GPU", Some(GPU), (32, 64))((no, Some(HYBRID)))
      .copy(gpuMemory = 32.2),
    row("Tier 2", "14 GiB of a GPU and 50 GiB", Some(HYBRID), (16, 64), (24, 64))(
      (yes, Some(HYBRID)),
      (yes, Some(HYBRID))
    )
      .copy(gpuMemory = 15.0, cpuMemory = 53.7),
    row("Tier 3", "CPU with a GPU's help, in FP32", Some(CPU), (8, 32), (16, 64))(
      (no, None),
      (no, None)
    ).copy(precision = Precision.F32),
    row("Tier 4", "CPU in FP32", Some(CPU), (0, 64))((no, None)).copy(precision = Precision.F32),
    row("Configurations", "16 GB and 64 GB: --cpu", Some(CPU), (16, 64))((yes, Some(HYBRID))),
    row(
      "Configurations",
      "16 GB and 64 GB: --gpu-memory 14 --cpu-memory 50, may fail",
      Some(HYBRID),
      (16, 64)
    )((yes, Some(HYBRID)))
      .copy(gpuMemory = 14, cpuMemory = 50),
    row(
      "Configurations",
      "24 GB and 128 GB: --gpu-memory 20 --cpu-memory 80",
      Some(HYBRID),
      (24, 128)
    )((yes, Some(HYBRID)))
      .copy(gpuMemory = 20, cpuMemory = 80),
    row("Configurations", "48 GB: --gpu-memory 40", Some(GPU), (48, 64))((no, Some(HYBRID)))
      .copy(gpuMemory = 40),
    row("AutoRound guide", "no-gpu: 50 GB of RAM", Some(CPU), (0, 50))((yes, Some(CPU))),
    row("AutoRound guide", "min-gpu: experts on the CPU", Some(HYBRID), (15.6, 64))(
      (yes, Some(HYBRID))
    ),
    row("AutoRound guide", "max-gpu: --gpu-memory 14", Some(HYBRID), (15.6, 64))(
      (yes, Some(HYBRID))
    ).copy(gpuMemory = 14)
  )
}
