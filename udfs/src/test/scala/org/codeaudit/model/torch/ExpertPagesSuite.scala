package org.codeaudit.model.torch

import java.nio.{FloatBuffer, MappedByteBuffer}
import java.nio.channels.FileChannel
import java.nio.file.{Files, Path}
import java.util.Optional
import org.codeaudit.checkpoint.{Checkpoint, Checkpoints, ResidentPages, SparseCheckpoint}
import org.codeaudit.checkpoint.tensor.TensorInfo
import org.codeaudit.{Folders, Long => LongTag, ResidentMemory}
import org.codeaudit.model.{
  AllowedTokens,
  DeviceRequest,
  ModelSettings,
  PlacementRequest,
  Precision,
  SamplingSettings,
  SequenceStep
}
import org.codeaudit.model.DeviceRequest.Wish
import org.codeaudit.model.PlacementRequest.Strategy
import org.codeaudit.model.SequenceStep.Choice
import org.codeaudit.model.torch.machine.ThisMachine
import org.scalatest.funsuite.AnyFunSuite
import scala.jdk.CollectionConverters._
import scala.util.Using

/** What a model of many experts touches of its files, at the size people use. */
class ExpertPagesSuite extends AnyFunSuite with ResidentMemory {
  private val Layers = 48
  private val Experts = 128
  private val PerToken = 8
  private val Hidden = 2048
  private val token = 5

  private def read(checkpoint: Checkpoint, name: String, row: Int, rows: Int): Array[Float] = {
    val tensor = checkpoint.tensors.get(name)
    val values = FloatBuffer.allocate((tensor.elements / tensor.shape.get(0)).toInt * rows)
    checkpoint.read(tensor, row, rows, values)
    values.array
  }

  /** The experts a token is sent to in each layer, best first: everything but embedding and routers
    * is zero, so every router sees the normalised embedding.
    */
  private def routed(checkpoint: Checkpoint): Seq[Seq[(Int, Double)]] = {
    val embedding = read(checkpoint, "model.embed_tokens.weight", token, 1).map(_.toDouble)
    val scale = 1 / math.sqrt(embedding.map(x => x * x).sum / Hidden + 1e-6)
    for (layer <- 0 until Layers) yield {
      val router = read(checkpoint, s"model.layers.$layer.mlp.gate.weight", 0, Experts)
      val logits = Seq.tabulate(Experts) { expert =>
        expert -> scale * (0 until Hidden).map(i => router(expert * Hidden + i) * embedding(i)).sum
      }
      logits.sortBy(-_._2)
    }
  }

  /** A file that was read just now, page by page: what becomes of it says whether pages stay. */
  private def touched(file: Path): (Path, MappedByteBuffer) = {
    Files.write(file, new Array[Byte](64 << 20))
    val mapped = Using.resource(FileChannel.open(file)) { channel =>
      channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size)
    }
    for (page <- 0 until mapped.capacity by ResidentPages.PageBytes.toInt) mapped.get(page)
    (file, mapped)
  }

  private def fileMemory: Long = residentKilobytes("RssFile") * 1024L

  test(
    "a step of Qwen3-Coder-30B-A3B from disk touches the experts of its token alone",
    LongTag
  ) {
    // what it touches takes 6 GB of the system's cache of files
    assume(ThisMachine.freeMemory() > (10L << 30), "too little free memory for the experts' pages")
    Folders.temporary("scale") { folder =>
      SparseCheckpoint.qwen3Coder30b.write(folder, seeded = 16)
      val checkpoint = Checkpoints.open(folder)
      try {
        val expected = routed(checkpoint)
        // routing is real: layers differ, and no expert is everyone's
        assert(expected.map(_.take(PerToken).map(_._1).toSet).distinct.size == Layers)
        val settings = new ModelSettings(
          folder.toString,
          Precision.BF16,
          16,
          2,
          DeviceRequest.of(Wish.CPU),
          new PlacementRequest(Strategy.DISK, 0, 0)
        )
        val model = TorchLanguageModel.load(checkpoint, settings)
        try {
          val (control, held) = touched(folder.resolve("control"))
          val opened = fileMemory
          val choice = new Choice(SamplingSettings.GREEDY, 0, AllowedTokens.ALL, Array())
          val step =
            new SequenceStep(model.open(4), Array(token), Optional.of(choice))
          val started = System.nanoTime
          assert(model.step(java.util.List.of(step)).tokens.length == 1)
          info(f"the step took ${(System.nanoTime - started) / 1e9}%.1f s")
          val grown = fileMemory - opened
          assume(
            ResidentPages.of(control).share(0, held.capacity) > 0.99,
            "the system takes pages back before the model has computed its step"
          )
          check(checkpoint, expected, grown)
        } finally model.close()
      } finally checkpoint.close()
    }
  }

  private def check(
      checkpoint: Checkpoint,
      expected: Seq[Seq[(Int, Double)]],
      grown: Long
  ): Unit = {
    val tensors = checkpoint.tensors.values.asScala.toSeq
    val pages = tensors.map(_.file).distinct.map(file => file -> ResidentPages.of(file)).toMap
    def share(tensor: TensorInfo) = pages(tensor.file).share(tensor.offset, tensor.bytes)
    val parts = for {
      (experts, layer) <- expected.zipWithIndex
      // an expert that just missed may come in where sums are rounded otherwise
      if experts(PerToken - 1)._2 - experts(PerToken)._2 > 0.02
      chosen = experts.take(PerToken).map(_._1).toSet
      expert <- 0 until Experts
      part <- Seq("gate_proj", "up_proj", "down_proj")
    } yield (s"model.layers.$layer.mlp.experts.$expert.$part.weight", chosen(expert))
    val (touched, others) = parts.partition(_._2)
    // The system may take back some of what was touched first; neighbours share pages, and now and
    // then it reads on behind what was asked for.
    def isThere(name: String) = share(checkpoint.tensors.get(name)) >= 0.1
    val missing = touched.map(_._1).filterNot(isThere)
    assert(missing.size <= touched.size / 100, missing)
    val strays = others.map(_._1).filter(isThere)
    assert(strays.size <= others.size / 1000, strays)
    val used = tensors
      .filterNot(_.name.contains("embed_tokens"))
      .map(t => if (t.name.contains(".experts.")) t.bytes * PerToken / Experts else t.bytes)
      .sum
    val all = tensors.map(_.bytes).sum
    info(
      f"${grown / 1e9}%.2f GB of ${all / 1e9}%.1f GB became resident; ${used / 1e9}%.2f GB are used"
    )
    assert(grown < 1.1 * used && grown > 0.75 * used)
  }
}
