package org.codeaudit.checkpoint

import java.nio.FloatBuffer
import java.nio.file.{Files, Path}

import scala.jdk.CollectionConverters._
import scala.util.{Random, Using}

import org.codeaudit.AuditException
import org.codeaudit.checkpoint.config.{ExpectedTensors, HuggingFaceConfig}
import org.codeaudit.checkpoint.ExpertLayouts.stacked
import org.codeaudit.checkpoint.file.JsonDocument
import org.codeaudit.checkpoint.SafetensorsBytes.Entry
import org.codeaudit.checkpoint.tensor.{TensorInfo, TensorReader, TensorType}
import org.codeaudit.checkpoint.tensor.TensorInfo.RowOrder
import org.scalatest.funsuite.AnyFunSuite

class StackedExpertsSuite extends AnyFunSuite {
  private val golden =
    Path.of(sys.props.getOrElse("codeaudit.root", "..")).resolve("data/golden/qwen3-moe-tiny")
  private lazy val entries = Using.resource(Checkpoints.open(golden))(ExpertLayouts.entries)

  private def folder(weights: Seq[Entry]) = ExpertLayouts.folder(golden, weights)

  /** Every number, and some rows by themselves. */
  private def same(left: Checkpoint, right: Checkpoint): Unit = {
    val random = new Random(1)
    assert(left.config === right.config)
    assert(left.tensors.keySet === right.tensors.keySet)
    left.tensors.values.forEach { tensor =>
      val other = right.tensors.get(tensor.name)
      assert(other.shape === tensor.shape && other.bytes === tensor.bytes, tensor.name)
      assert(SmallModels.read(left, tensor.name).sameElements(SmallModels.read(right, tensor.name)))
      val first = random.nextLong(tensor.shape.get(0))
      val rows = 1 + random.nextLong(tensor.shape.get(0) - first)
      val width = (tensor.elements / tensor.shape.get(0)).toInt
      val parts = Seq(left -> tensor, right -> other).map { case (checkpoint, info) =>
        val buffer = FloatBuffer.allocate(1 + rows.toInt * width).position(1)
        checkpoint.read(info, first, rows, buffer)
        assert(!buffer.hasRemaining)
        buffer.array
      }
      assert(parts.head.sameElements(parts(1)), s"${tensor.name} from $first, $rows rows")
    }
  }

  private val layouts = Seq[(String, Seq[Entry] => Seq[Entry])](
    "fused" -> (stacked(_)),
    "fused, named as weights" -> (stacked(_, suffix = ".weight")),
    "fused and transposed" -> (stacked(_, exchanged = true)),
    "one stack a projection" -> (stacked(_, fused = false)),
    "one stack a projection, transposed" -> (stacked(_, fused = false, exchanged = true)),
    "fused in one layer, transposed in another, apart in the third" -> { all =>
      def of(layer: Int) = all.filter(_.name.startsWith(s"model.layers.$layer."))
      val others = all.filterNot(e => (of(0) ++ of(2)).contains(e))
      stacked(of(0)) ++ stacked(of(2), exchanged = true) ++ others
    }
  )

  layouts.foreach { case (name, change) =>
    test(s"experts are read as those of a file that has them one by one: $name") {
      val changed = change(entries)
      assert(changed.size < entries.size)
      Using.resources(Checkpoints.open(golden), Checkpoints.open(folder(changed)))(same)
    }
  }

  test("transposed experts are no tensors that can be used where they lie, fused ones are") {
    def orders(weights: Seq[Entry]) = Using.resource(Checkpoints.open(folder(weights))) {
      _.tensors.values.asScala.filter(_.name.contains(".experts.")).map(_.rowOrder).toSet
    }
    assert(orders(stacked(entries)) === Set(RowOrder.HALVES))
    assert(orders(stacked(entries, exchanged = true)) === Set(RowOrder.TRANSPOSED))
  }

  // Twice the experts' width is the hidden size, so the fused tensor has the same shape both ways.
  private val square = SmallModels.configWith(
    "architectures" -> """["Qwen3MoeForCausalLM"]""",
    "num_experts" -> "3",
    "num_experts_per_tok" -> "2",
    "moe_intermediate_size" -> "32"
  )

  private lazy val squareFolder = {
    val folder = Files.createTempDirectory("square")
    Files.write(folder.resolve("config.json"), square)
    val config = HuggingFaceConfig.read(JsonDocument.read(folder.resolve("config.json")))
    val random = new Random(2)
    val weights = ExpectedTensors.of(config).asScala.toSeq.map { case (name, shape) =>
      val sizes = shape.asScala.map(_.longValue).toSeq
      SafetensorsBytes.f32(name, sizes, Seq.fill(sizes.product.toInt)(random.nextFloat()))
    }
    Files.write(folder.resolve("model.safetensors"), SafetensorsBytes.file(weights))
    folder
  }

  test("a fused tensor with equal sizes is read as the down projection beside it") {
    Using.resource(Checkpoints.open(squareFolder)) { apart =>
      Seq(false, true).foreach { exchanged =>
        val weights = stacked(ExpertLayouts.entries(apart), exchanged = exchanged)
        assert(weights.find(_.name.endsWith("gate_up_proj")).get.shape === Seq(3, 64, 64))
        Using.resource(Checkpoints.open(ExpertLayouts.folder(squareFolder, weights)))(
          same(apart, _)
        )
      }
    }
  }

  private def fused = stacked(entries)
  private def change(part: String)(entry: Entry => Entry): Seq[Entry] =
    fused.map(e => if (e.name.contains(part)) entry(e) else e)

  private val bad = Seq[(String, () => Seq[Entry], Seq[String])](
    (
      "neither of the two shapes",
      () => change("layers.2.mlp.experts.gate_up")(_.copy(shape = Seq(8, 32, 192))),
      Seq(
        "model.layers.2.mlp.experts.gate_up_proj is [8, 32, 192] but should be [8, 64, 96] or",
        "[8, 96, 64]"
      )
    ),
    (
      "one transposed and one not",
      () =>
        change("down_proj")(e => e.copy(shape = Seq(8, 32, 96)))
          .filterNot(_.name.contains("layers.1.")) ++
          fused.filter(_.name.contains("layers.1.")),
      Seq("experts.down_proj is [8, 32, 96] but should be [8, 96, 32]", "experts.gate_up_proj is")
    ),
    (
      "too few experts",
      () =>
        change("layers.0.mlp.experts.down")(e =>
          e.copy(shape = Seq(7, 96, 32), data = e.data.take(7 * 96 * 32 * 2))
        ),
      Seq("model.layers.0.mlp.experts.down_proj is [7, 96, 32]")
    ),
    (
      "no down projection",
      () => fused.filterNot(_.name == "model.layers.3.mlp.experts.down_proj"),
      Seq("model.layers.3.mlp.experts.0.down_proj.weight [96, 32] is missing", "3 more")
    ),
    (
      "experts by themselves and stacked",
      () => fused :+ entries.find(_.name == "model.layers.0.mlp.experts.5.up_proj.weight").get,
      Seq("model.layers.0.mlp.experts.5.up_proj.weight is there by itself and in model.layers.0")
    ),
    (
      "experts in a dense layer",
      () =>
        fused :+ fused
          .find(_.name == "model.layers.0.mlp.experts.down_proj")
          .get
          .copy(name = "model.layers.1.mlp.experts.down_proj"),
      Seq("model.layers.1.mlp.experts.down_proj is no part")
    )
  )

  bad.foreach { case (name, weights, named) =>
    test(s"refused: $name") {
      val error = intercept[AuditException](Checkpoints.open(folder(weights())))
      assert(error.errorClass.name === "CHECKPOINT_TENSORS_MISMATCH", error.getMessage)
      named.foreach(text => assert(error.getMessage.contains(text), error.getMessage))
    }
  }

  test("a transposed tensor of a gibibyte is read through several windows") {
    val (rows, columns, stride) = (5L, 70L, 1L << 22)
    val file = Files.createTempFile("sparse", ".bin")
    val random = new java.io.RandomAccessFile(file.toFile, "rw")
    try {
      random.setLength(16 + columns * stride * 4)
      for (column <- 0L until columns; row <- 0L until rows) {
        random.seek(16 + (column * stride + row) * 4)
        random.write(SafetensorsBytes.f32("", Seq(1), Seq(100f * row + column)).data)
      }
      val shape = java.util.List.of[java.lang.Long](rows, columns)
      val tensor = new TensorInfo(
        "turned",
        TensorType.F32,
        shape,
        file,
        16,
        rows * columns * 4,
        RowOrder.TRANSPOSED,
        stride
      )
      val values = new Array[Float]((3 * columns).toInt)
      new TensorReader(tensor, 16).read(2, 3, FloatBuffer.wrap(values))
      for (row <- 0 until 3; column <- 0 until columns.toInt)
        assert(values(row * columns.toInt + column) === 100f * (row + 2) + column)
    } finally {
      random.close()
      Files.delete(file)
    }
  }
}
