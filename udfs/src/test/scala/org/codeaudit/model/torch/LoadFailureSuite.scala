package org.codeaudit.model.torch

import java.io.RandomAccessFile
import java.nio.FloatBuffer
import java.nio.file.{Files, Path}
import java.util.concurrent.CancellationException
import java.util.{Optional, SortedMap, TreeMap}
import org.codeaudit.{AuditException, Long => LongTest, ResidentMemory}
import org.codeaudit.checkpoint._
import org.codeaudit.checkpoint.config.{GenerationDefaults, ModelConfig, TokenizerFiles}
import org.codeaudit.checkpoint.quantized.QuantizedMatrix
import org.codeaudit.checkpoint.tensor.TensorInfo
import org.codeaudit.model.{Device, ModelSettings, Precision}
import org.codeaudit.model.PlacementRequest.Strategy
import org.codeaudit.model.torch.load.DecoderLoader
import org.codeaudit.model.torch.machine.Hardware
import org.codeaudit.placement.PlacementPlan
import org.codeaudit.placement.PlacementPlan.{LayerPlace, Residence, Share}
import org.scalatest.concurrent.Eventually
import org.scalatest.funsuite.AnyFunSuite
import org.scalatest.time.SpanSugar._

import scala.jdk.CollectionConverters._

/** Loads that fail say why, with numbers, and leave nothing behind. */
class LoadFailureSuite extends AnyFunSuite with ResidentMemory with Eventually {
  import Golden._
  import Plans._

  private val cpu = Device.CPU
  private val settings = new ModelSettings("m", Precision.BF16, 4096, 1)

  private def cpuPlan(name: String, shares: Map[Device, Share] = Map.empty): PlacementPlan = {
    val all = layers(config(path(name)).layers)(_ => new LayerPlace(cpu, cpu, Residence.HELD))
    plan(Strategy.CPU, Precision.BF16, all, shares = shares)
  }

  private def load(checkpoint: Checkpoint, plan: PlacementPlan, hardware: Hardware): Unit =
    new TorchLanguageModel(new DecoderLoader(checkpoint, settings, plan, hardware).load()).close()

  private def opened[T](path: Path)(use: Checkpoint => T): T = {
    val checkpoint = Checkpoints.open(path)
    try use(checkpoint)
    finally checkpoint.close()
  }

  private def copied[T](name: String)(use: Path => T): T = {
    val folder = Files.createTempDirectory("load-failure")
    val source = path(name)
    val files =
      if (Files.isDirectory(source)) Files.list(source).iterator.asScala.toSeq else Seq(source)
    val copies = files.map(file => Files.copy(file, folder.resolve(file.getFileName)))
    try use(if (Files.isDirectory(source)) folder else copies.head)
    finally {
      copies.foreach(Files.delete)
      Files.delete(folder)
    }
  }

  private def truncate(path: Path, part: Double): Path = {
    val weights =
      if (Files.isDirectory(path)) {
        Files.list(path).iterator.asScala.filter(_.toString.endsWith(".safetensors")).max
      } else path
    val file = new RandomAccessFile(weights.toFile, "rw")
    try file.setLength((file.length * part).toLong)
    finally file.close()
    weights
  }

  /** A checkpoint that lacks a tensor, which opening would have found out. */
  private class Lacking(checkpoint: Checkpoint, name: String) extends Checkpoint {
    override def path: Path = checkpoint.path
    override def format: String = checkpoint.format
    override def config: ModelConfig = checkpoint.config
    override def tensors: SortedMap[String, TensorInfo] = {
      val all = new TreeMap(checkpoint.tensors)
      all.remove(name)
      all
    }
    override def tokenizer: TokenizerFiles = checkpoint.tokenizer
    override def generationDefaults: GenerationDefaults = checkpoint.generationDefaults
    override def revision: String = checkpoint.revision
    override def read(t: TensorInfo, first: Long, rows: Long, to: FloatBuffer): Unit =
      checkpoint.read(t, first, rows, to)
    override def quantized(tensor: TensorInfo): Optional[QuantizedMatrix] =
      checkpoint.quantized(tensor)
    override def close(): Unit = ()
  }

  private val share = new Share(3000000, 0, 2000000, 1000000)

  private def shrinking(free: Long*): Hardware = {
    val readings = free.iterator
    var last = 0L
    // reading ahead asks, too; it comes between the two
    hardware { if (readings.hasNext) last = readings.next(); last }
  }

  private def lostGpu: Hardware =
    new Hardware(device => if (device == gpu0) "cuda:0" else "cpu", () => Long.MaxValue)

  /** Every way to fail: what is done, the class of the error, what it names. */
  private val failures: Seq[(String, () => Unit, String, Seq[String])] = Seq(
    (
      "less memory than planned before the weights are loaded",
      () =>
        opened(path("llama-tiny"))(
          load(_, cpuPlan("llama-tiny", Map(cpu -> share)), shrinking(5999999))
        ),
      "MEMORY_SHRUNK",
      Seq("6000000", "5999999", "cpu")
    ),
    (
      "less memory than planned before the cache is made",
      () =>
        opened(path("llama-tiny"))(
          load(_, cpuPlan("llama-tiny", Map(cpu -> share)), shrinking(6000000, 6000000, 2999999))
        ),
      "MEMORY_SHRUNK",
      Seq("3000000", "2999999", "cache and activations")
    ),
    (
      "a plan beyond the memory",
      () =>
        opened(path("llama-tiny"))(
          load(
            _,
            cpuPlan("llama-tiny", Map(cpu -> new Share(1L << 50, 0, 0, 0))),
            Hardware.OF_PROCESS
          )
        ),
      "MEMORY_SHRUNK",
      Seq((1L << 50).toString)
    ),
    (
      "a tensor that is missing in the middle",
      () =>
        opened(path("qwen3-tiny"))(checkpoint =>
          load(
            new Lacking(checkpoint, "model.layers.1.mlp.up_proj.weight"),
            cpuPlan("qwen3-tiny"),
            fakeGpus
          )
        ),
      "CHECKPOINT_TENSOR_MISSING",
      Seq("model.layers.1.mlp.up_proj.weight")
    ),
    (
      "an expert that is missing",
      () =>
        opened(path("qwen3-moe-tiny"))(checkpoint =>
          load(
            new Lacking(
              checkpoint,
              checkpoint.tensors.keySet.asScala.filter(_.contains("experts.3.down")).max
            ),
            cpuPlan("qwen3-moe-tiny"),
            fakeGpus
          )
        ),
      "CHECKPOINT_TENSOR_MISSING",
      Seq("experts.3.down_proj.weight")
    ),
    (
      "a mapped file that shrank since it was opened",
      () =>
        copied("llama-tiny") { folder =>
          opened(folder) { checkpoint =>
            truncate(folder, 0.5)
            load(checkpoint, cpuPlan("llama-tiny"), fakeGpus)
          }
        },
      "CHECKPOINT_TRUNCATED",
      Seq("shorter since it was opened", ".safetensors")
    ),
    (
      "a decoded file that shrank since it was opened",
      () =>
        copied("qwen2-tiny-q4_0") { file =>
          opened(file) { checkpoint =>
            truncate(file, 0.6)
            load(checkpoint, cpuPlan("qwen2-tiny-q4_0"), fakeGpus)
          }
        },
      "CHECKPOINT_TRUNCATED",
      Seq("shorter since it was opened", ".gguf")
    ),
    (
      "a GPU that is gone before anything is put there",
      () => opened(path("llama-tiny"))(load(_, onGpu("llama-tiny", Precision.BF16), lostGpu)),
      "MODEL_LOAD_FAILED",
      Seq("on cuda:0")
    ),
    (
      "a GPU that is gone when half of the layers are loaded",
      () =>
        opened(path("qwen3-tiny")) { checkpoint =>
          val count = checkpoint.config.layers
          val half = layers(count) { i =>
            val device = if (i < count - 1) cpu else gpu0
            new LayerPlace(device, device, Residence.HELD)
          }
          load(checkpoint, plan(Strategy.HYBRID, Precision.BF16, half), lostGpu)
        },
      "MODEL_LOAD_FAILED",
      Seq("on cpu+cuda:0")
    )
  )

  for ((what, attempt, errorClass, named) <- failures) {
    test(s"$what is an error that says so") {
      val error = intercept[AuditException](attempt())
      assert(error.errorClass.name == errorClass, error.getMessage)
      for (part <- named) assert(error.getMessage.contains(part), error.getMessage)
    }
  }

  test("a load that nobody waits for any more ends early") {
    opened(path("llama-tiny")) { checkpoint =>
      val plan = cpuPlan("llama-tiny")
      Thread.currentThread.interrupt()
      try
        intercept[CancellationException](load(checkpoint, plan, fakeGpus))
      finally Thread.interrupted()
    }
  }

  private def threads: Seq[String] =
    Thread.getAllStackTraces.keySet.asScala.map(_.getName).filter(_.contains("read-ahead")).toSeq

  test("failed loads leave no memory, no thread and no file behind", LongTest) {
    val temporary = Path.of(sys.props("java.io.tmpdir"))
    def left = Files.list(temporary).iterator.asScala.map(_.getFileName.toString).toSet
    def round(): Unit = for ((_, attempt, _, _) <- failures) intercept[AuditException](attempt())
    val before = left
    for (_ <- 1 to 5) round()
    val growths = for (_ <- 1 to 3) yield {
      val floor = residentKilobytes()
      for (_ <- 1 to 15) round()
      residentKilobytes() - floor
    }
    info(s"kilobytes more after 15 times ${failures.size} failures: ${growths.mkString(", ")}")
    assert(growths.min < 30000)
    eventually(timeout(60.seconds))(assert(threads.isEmpty && left == before))
  }
}
