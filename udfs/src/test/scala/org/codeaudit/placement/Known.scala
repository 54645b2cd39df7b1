package org.codeaudit.placement
import java.util.{BitSet, Optional, List => JavaList}

import org.codeaudit.checkpoint.config.ModelConfig
import org.codeaudit.checkpoint.config.ModelConfig.{Experts, Family, LinearAttention}
import org.codeaudit.model.{Arithmetic, CacheType, Device, PlacementRequest, Precision}
import org.codeaudit.model.DeviceRequest.Wish
import org.codeaudit.model.PlacementRequest.Strategy
import org.codeaudit.placement.weight.{Footprint, Instructions}

/** The models and machines that plans are made for, from the models' published configurations. */
object Known {

  /** @param source how the checkpoint is stored */
  case class Model(name: String, config: ModelConfig, autoRound: Boolean = false) {
    lazy val footprint: Footprint =
      Footprint.of(config, if (autoRound) Footprint.autoRound else Footprint.plain)
  }

  private def dense(
      family: Family,
      hidden: Int,
      layers: Int,
      heads: Int,
      keyHeads: Int,
      feedForward: Int,
      vocabulary: Int,
      context: Int
  ) = new ModelConfig(
    family,
    hidden,
    layers,
    heads,
    keyHeads,
    128,
    feedForward,
    vocabulary,
    context,
    1e6,
    Optional.empty(),
    1e-6,
    false,
    family == Family.QWEN2
  )

  private def bits(count: Int)(chosen: Int => Boolean) = {
    val set = new BitSet(count)
    (0 until count).filter(chosen).foreach(i => set.set(i))
    set
  }

  private def experts30(context: Int, theta: Double) = new ModelConfig(
    Family.QWEN3_MOE,
    2048,
    48,
    32,
    4,
    128,
    128,
    6144,
    151936,
    context,
    theta,
    Optional.empty(),
    1e-6,
    false,
    false,
    Optional.of(new Experts(128, 8, 768, 0, true, bits(48)(_ => true))),
    Optional.empty()
  )

  private val next80 = new ModelConfig(
    Family.QWEN3_NEXT,
    2048,
    48,
    16,
    2,
    256,
    64,
    5120,
    151936,
    262144,
    1e7,
    Optional.empty(),
    1e-6,
    false,
    false,
    Optional.of(new Experts(512, 10, 512, 512, true, bits(48)(_ => true))),
    Optional.of(new LinearAttention(16, 32, 128, 128, 4, bits(48)(i => (i + 1) % 4 != 0)))
  )

  val coder7: Model = Model(
    "Qwen2.5-Coder-7B",
    dense(Family.QWEN2, 3584, 28, 28, 4, 18944, 152064, 32768)
  )
  val coder32: Model = Model(
    "Qwen2.5-Coder-32B",
    dense(Family.QWEN2, 5120, 64, 40, 8, 27648, 152064, 32768)
  )
  val dense32: Model =
    Model("Qwen3-32B", dense(Family.QWEN3, 5120, 64, 64, 8, 25600, 151936, 40960))
  val experts30: Model = Model("Qwen3-30B-A3B", experts30(40960, 1e6))
  val coder30: Model = Model("Qwen3-Coder-30B-A3B", experts30(262144, 1e7))
  val next: Model = Model("Qwen3-Next-80B-A3B", next80)
  val nextInt4: Model = Model("Qwen3-Next-80B-A3B, AutoRound INT4", next80, autoRound = true)

  val models: Seq[Model] = Seq(coder7, coder32, dense32, experts30, coder30, next, nextInt4)

  def gb(number: Double): Long = (number * 1e9).toLong

  /** A machine of processors without bfloat16, and GPUs of so many free gigabytes. */
  def machine(memory: Double, gpus: Double*): Machine = new Machine(
    JavaList.of(
      gpus.zipWithIndex.map { case (free, i) => new Machine.Gpu(Device.gpu(i), gb(free)) }: _*
    ),
    gb(memory),
    Instructions.AVX2
  )

  /** Free memory as a machine of this kind has it when nothing else runs. */
  val machines: Seq[(String, Machine)] = Seq(
    "laptop, 16 GB" -> machine(13),
    "24 GB" -> machine(21),
    "64 GB" -> machine(60),
    "RTX 4090 24 GB, 64 GB" -> machine(60, 24),
    "L40S 48 GB" -> machine(120, 47),
    "A100 80 GB" -> machine(240, 84.5),
    "2 × H100 80 GB" -> machine(480, 84.5, 84.5),
    "H200 141 GB" -> machine(480, 149),
    "GB10 128 GB, shared" -> new Machine(
      JavaList.of(new Machine.Gpu(Device.gpu(0), gb(120))),
      gb(120),
      Instructions.AVX2,
      true
    )
  )

  def question(
      model: Model,
      machine: Machine,
      precision: Precision = Precision.BF16,
      strategy: Strategy = Strategy.AUTO,
      wish: Wish = Wish.AUTO,
      cacheTokens: Int = 0,
      batch: Int = 16,
      gpuMemory: Long = 0,
      cpuMemory: Long = 0,
      cacheType: CacheType = CacheType.AUTO
  ): PlacementQuestion = new PlacementQuestion(
    model.footprint,
    precision,
    Arithmetic.AUTO,
    machine,
    new PlacementRequest(strategy, gpuMemory, cpuMemory),
    wish,
    cacheTokens,
    cacheType,
    StepSize.ofBatch(batch)
  )
}
