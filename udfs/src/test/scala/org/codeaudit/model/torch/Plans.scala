package org.codeaudit.model.torch

import java.nio.file.Path
import java.util.{Map => JavaMap}
import org.codeaudit.checkpoint.Checkpoints
import org.codeaudit.checkpoint.config.ModelConfig
import org.codeaudit.model.{CacheType, Device, ModelSettings, Precision}
import org.codeaudit.model.PlacementRequest.Strategy
import org.codeaudit.model.torch.load.DecoderLoader
import org.codeaudit.model.torch.machine.{Hardware, ThisMachine}
import org.codeaudit.placement.PlacementPlan
import org.codeaudit.placement.PlacementPlan.{LayerPlace, Residence, Share}
import org.codeaudit.placement.weight.ProcessorKernels

import scala.jdk.CollectionConverters._

/** Plans made by hand, and a machine whose GPUs are the processor by other names. */
object Plans {
  val gpu0: Device = Device.gpu(0)
  val gpu1: Device = Device.gpu(1)

  /** To libtorch "cpu:0" is not the device "cpu", so what goes from one to the other is copied. */
  val fakeGpus: Hardware = hardware(ThisMachine.freeMemory())

  def hardware(freeMemory: => Long): Hardware =
    new Hardware(device => if (device == gpu0) "cpu:0" else "cpu", () => freeMemory)

  def layers(count: Int)(place: Int => LayerPlace): Seq[LayerPlace] = (0 until count).map(place)

  def plan(
      strategy: Strategy,
      precision: Precision,
      layers: Seq[LayerPlace],
      embedding: Device = Device.CPU,
      head: Device = Device.CPU,
      shares: Map[Device, Share] = Map.empty
  ): PlacementPlan = new PlacementPlan(
    strategy,
    precision,
    ProcessorKernels.EXACT,
    embedding,
    layers.asJava,
    head,
    4096,
    CacheType.AUTO,
    states,
    JavaMap.copyOf(shares.asJava),
    s"By hand: $strategy"
  )

  /** Recurrent states, for models that have them. */
  private val states = 16

  def config(path: Path): ModelConfig = {
    val checkpoint = Checkpoints.open(path)
    try checkpoint.config
    finally checkpoint.close()
  }

  def onGpu(name: String, precision: Precision): PlacementPlan = {
    val all = Seq.fill(config(Golden.path(name)).layers)(new LayerPlace(gpu0, gpu0, Residence.HELD))
    plan(Strategy.GPU, precision, all, gpu0, gpu0)
  }

  def quantised(plan: PlacementPlan): PlacementPlan = changed(plan, CacheType.INT8, plan.states)

  /** Of a model without recurrent states: its sequences can share positions. */
  def stateless(plan: PlacementPlan): PlacementPlan = changed(plan, plan.cacheType, 0)

  private def changed(plan: PlacementPlan, cacheType: CacheType, states: Int) = new PlacementPlan(
    plan.strategy,
    plan.precision,
    plan.kernels,
    plan.embedding,
    plan.layers,
    plan.head,
    plan.cacheTokens,
    cacheType,
    states,
    plan.shares,
    plan.explanation
  )

  def withPlan[T](name: String, plan: PlacementPlan, hardware: Hardware)(
      use: TorchLanguageModel => T
  ): T = withPlan(Golden.path(name), plan, hardware)(use)

  def withPlan[T](path: Path, plan: PlacementPlan, hardware: Hardware)(
      use: TorchLanguageModel => T
  ): T = {
    val checkpoint = Checkpoints.open(path)
    val settings = new ModelSettings(path.toString, plan.precision, plan.cacheTokens, 1)
    val model =
      try new TorchLanguageModel(new DecoderLoader(checkpoint, settings, plan, hardware).load())
      finally checkpoint.close()
    try use(model)
    finally model.close()
  }
}
