package org.codeaudit.placement.weight
import java.nio.file.{Files, Path}

import scala.jdk.CollectionConverters._
import scala.util.Using

import org.codeaudit.checkpoint.Checkpoints
import org.codeaudit.model.{CacheType, Precision}
import org.codeaudit.placement.Known._
import org.codeaudit.placement.weight.ProcessorKernels.Int8
import org.codeaudit.placement.weight.Storage.Encoding
import org.codeaudit.placement.weight.WeightTable.Way
import org.scalatest.funsuite.AnyFunSuite

class FootprintSuite extends AnyFunSuite {
  private val golden =
    Path.of(System.getProperty("codeaudit.root", "..")).resolve("data/golden")

  test("a configuration alone gives the number of parameters that is published") {
    for (
      (model, parameters) <- Seq(
        coder7 -> 7615616512L,
        coder32 -> 32763876352L,
        dense32 -> 32762123264L,
        experts30 -> 30532122624L,
        coder30 -> 30532122624L,
        next -> 79674391296L
      )
    ) assert(model.footprint.parameters == parameters, model.name)
  }

  test("bfloat16 weights take what the benchmarks on an H100 NVL measured") {
    val measured =
      Seq(coder7 -> 15.2, coder32 -> 65.5, dense32 -> 65.5, experts30 -> 61.1, coder30 -> 61.1)
    for ((model, gigabytes) <- measured) {
      val bytes = model.footprint.weightBytes(Precision.BF16)
      assert(math.abs(bytes / 1e9 - gigabytes) < 0.05, model.name)
    }
  }

  test("quantised weights take half a byte or one a number, and their scales") {
    for ((model, int8, int4, nf4) <- Seq((coder7, 9.1, 5.9, 5.9), (coder30, 33.2, 18.1, 18.1))) {
      def gigabytes(precision: Precision) = model.footprint.weightBytes(precision) / 1e9
      assert(math.abs(gigabytes(Precision.INT8) - int8) < 0.05)
      assert(math.abs(gigabytes(Precision.INT4) - int4) < 0.05)
      assert(math.abs(gigabytes(Precision.NF4) - nf4) < 0.05)
    }
    // the documents say about 40 GB
    assert(math.abs(nextInt4.footprint.weightBytes(Precision.BF16) / 1e9 - 46.8) < 0.05)
  }

  test("one position of cache and one recurrent state take what the reference says") {
    assert(coder30.footprint.cachePerPosition(CacheType.AUTO, 2) == 96 * 1024)
    assert(next.footprint.cachePerPosition(CacheType.AUTO, 2) == 24 * 1024)
    val states = (0 until 48).map(i => next.footprint.statePerSequence(i))
    assert(states.count(_ == 0) == 12)
    assert(states.sum == 36L * (32 * 128 * 128 * 4 + 3 * 8192 * 4))
    val each = (0 until 48).map(i => next.footprint.cachePerPosition(i, CacheType.AUTO, 2))
    assert(each.sum == 24 * 1024)
    // a scale beside 128 numbers of 8 bits, instead of 128 of 16
    assert(coder30.footprint.cachePerPosition(CacheType.INT8, 2) == 2 * 48 * 4 * (128 + 4))
  }

  test("the footprint of a checkpoint counts every one of its numbers") {
    val models = Using.resource(Files.walk(golden)) { found =>
      found.iterator.asScala
        .filter(f => Files.exists(f.resolve("config.json")) || f.toString.matches(".*tiny.*gguf"))
        .toList
    }
    assert(models.size > 3)
    for (model <- models.sorted) {
      Using.resource(Checkpoints.open(model)) { checkpoint =>
        // a tied output projection may lie in the file all the same
        val numbers = checkpoint.tensors.asScala.values
          .filterNot(t => checkpoint.config.tiedEmbeddings && t.name == "lm_head.weight")
          .map(_.elements)
          .sum
        assert(Footprint.of(checkpoint).parameters == numbers, model)
      }
    }
  }

  test("a matrix takes the form that its device multiplies fast") {
    val bf16 = Storage.BF16
    val int4 = new Storage(Encoding.INT4, 128)
    val int8 = new Storage(Encoding.INT8, 64)
    val nf4 = new Storage(Encoding.NF4, 64)
    val blocks = new Storage(Encoding.BLOCKS, 0)
    // precision, stored as, on a GPU, on a processor, on one that multiplies bfloat16
    val cases = Seq(
      (Precision.F32, bf16, "F32 0", "F32 0", "F32 0"),
      (Precision.F32, int4, "F32 0", "F32 0", "F32 0"),
      (Precision.BF16, bf16, "BF16 0", "PACKED_F16 0", "BF16 0"),
      (Precision.BF16, blocks, "BF16 0", "PACKED_F16 0", "BF16 0"),
      (Precision.BF16, int4, "INT4 128", "INT4 128", "INT4 128"),
      (Precision.BF16, int8, "GROUPED_INT8 64", "GROUPED_INT8 64", "GROUPED_INT8 64"),
      (Precision.BF16, nf4, "NF4 64", "NF4 64", "NF4 64"),
      (Precision.F16, bf16, "F16 0", "PACKED_F16 0", "PACKED_F16 0"),
      (Precision.INT8, bf16, "INT8 0", "INT8 0", "INT8 0"),
      (Precision.INT8, int4, "INT4 128", "INT4 128", "INT4 128"),
      (Precision.INT4, blocks, "INT4 128", "INT4 128", "INT4 128"),
      (Precision.NF4, bf16, "NF4 64", "NF4 64", "NF4 64")
    )
    for ((precision, storage, gpu, processor, fast) <- cases) {
      def form(onGpu: Boolean, bf16: Boolean) = {
        val found =
          if (onGpu) MatrixForm.ofGpu(precision, storage)
          else MatrixForm.of(precision, new ProcessorKernels(bf16, Int8.EXACT), storage)
        s"${found.form} ${found.groupSize}"
      }
      assert(form(true, false) == gpu, (precision, storage))
      assert(form(false, false) == processor, (precision, storage))
      assert(form(false, true) == fast, (precision, storage))
    }
  }

  test("what is held and what is mapped follows from form and file") {
    def all(way: Way, precision: Precision, fast: Boolean, model: Model = coder7) =
      WeightTable.of(model.footprint, precision, new ProcessorKernels(fast, Int8.EXACT), way).all
    val file = coder7.footprint.weightBytes(Precision.BF16)
    val small = coder7.footprint.layers.asScala.map(_.small * 4).sum + 4 * 3584
    // packed for batches, and the file beside it for single rows
    val packed = all(Way.MEMORY, Precision.BF16, fast = false)
    assert(packed.mapped == file - small && packed.working == file)
    assert(packed.held == file - coder7.footprint.embedding.numbers * 2)
    // a processor that multiplies bfloat16 takes the file as it is
    val asStored = all(Way.MEMORY, Precision.BF16, fast = true)
    assert(asStored.held == small && asStored.mapped == file - small)
    assert(all(Way.DISK, Precision.BF16, fast = false) == asStored)
    // other precisions are made from the file, and then mapped from their own
    assert(all(Way.MEMORY, Precision.INT8, fast = true).held > 6.5e9)
    assert(all(Way.DISK, Precision.INT8, fast = true).held == small)
    assert(all(Way.GPU, Precision.BF16, fast = true) == Kept.held(file))
  }

  test("a tied embedding is kept once where the kernels take it as it is") {
    val tied = {
      val c = coder7.config
      new org.codeaudit.checkpoint.config.ModelConfig(
        c.family,
        c.hiddenSize,
        c.layers,
        c.attentionHeads,
        c.keyValueHeads,
        c.headSize,
        c.intermediateSize,
        c.vocabularySize,
        c.contextLength,
        c.ropeTheta,
        c.ropeScaling,
        c.normEpsilon,
        true,
        c.attentionBias
      )
    }
    val footprint = Footprint.of(tied, Footprint.plain)
    val one = footprint.embedding.numbers * 2
    assert(
      coder7.footprint.weightBytes(Precision.BF16) - footprint.weightBytes(Precision.BF16) == one
    )
    val gpu = WeightTable.of(footprint, Precision.INT8, ProcessorKernels.EXACT, Way.GPU)
    // the head is not quantised
    assert(gpu.head.held == 4 * 3584 && gpu.headAlone.held == one + 4 * 3584)
    val packed = WeightTable.of(footprint, Precision.BF16, ProcessorKernels.EXACT, Way.MEMORY)
    assert(packed.head.mapped == 0 && packed.head.held == one + 4 * 3584)
  }
}
