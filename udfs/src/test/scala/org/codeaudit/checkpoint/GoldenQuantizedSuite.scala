package org.codeaudit.checkpoint

import java.nio.file.Path
import java.nio.{ByteBuffer, ByteOrder, FloatBuffer}
import java.security.MessageDigest
import java.util.{Base64, HexFormat}

import scala.jdk.CollectionConverters._
import scala.jdk.OptionConverters._
import scala.util.Using

import org.codeaudit.checkpoint.config.ExpectedTensors
import org.codeaudit.checkpoint.file.JsonDocument
import org.codeaudit.checkpoint.gguf.GgufFile
import org.codeaudit.checkpoint.quantized.{BlockMatrix, NormalFloat4, QuantizedMatrix}
import org.codeaudit.checkpoint.quantized.QuantizedMatrix.Kind
import org.codeaudit.checkpoint.tensor.{TensorInfo, TensorReader, TensorType}
import org.codeaudit.checkpoint.tensor.TensorType._
import org.scalatest.funsuite.AnyFunSuite

/** Checkpoints that other programs quantised have the values those programs give them. */
class GoldenQuantizedSuite extends AnyFunSuite {
  private val golden =
    Path.of(sys.props.getOrElse("codeaudit.root", "..")).resolve("data").resolve("golden")

  private case class Folder(name: String, types: Map[TensorType, Int], description: String)

  private val folders = Seq(
    Folder(
      "autoround",
      Map(INT4 -> 17, INT8 -> 3, BF16 -> 15),
      "auto-round, 4 bits, groups of 32, 2 modules in 4, 1 modules in 8, 1 modules in 16 bits, " +
        "1 rules by pattern"
    ),
    Folder("gptq", Map(INT4 -> 21, BF16 -> 14), "gptq, 4 bits, groups of 64"),
    Folder(
      "gptq-actorder",
      Map(INT4 -> 18, INT8 -> 3, BF16 -> 14),
      "gptq, 4 bits, groups of 64, columns by activation, 2 rules by pattern"
    ),
    Folder("nf4", Map(NF4 -> 21, BF16 -> 14), "bitsandbytes, NF4"),
    Folder("nf4-double", Map(NF4 -> 21, BF16 -> 14), "bitsandbytes, NF4")
  )

  private def open[T](name: String)(use: Checkpoint => T): T =
    Using.resource(Checkpoints.open(golden.resolve(s"qwen3-tiny-$name")))(use)

  private def expected(name: String) =
    JsonDocument.JSON
      .readTree(golden.resolve(s"qwen3-tiny-$name").resolve("expected.json").toFile)
      .path("tensors")

  private def composed(checkpoint: Checkpoint): Seq[TensorInfo] =
    checkpoint.tensors.values.asScala.filter(t => Set(INT4, INT8, NF4)(t.`type`)).toSeq

  private def bytes(values: Array[Float]): Array[Byte] = {
    val buffer = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN)
    values.foreach(buffer.putFloat)
    buffer.array
  }

  private def sha256(values: Array[Float]): String =
    HexFormat.of.formatHex(MessageDigest.getInstance("SHA-256").digest(bytes(values)))

  for (folder <- folders) {
    test(s"${folder.name} has the plain tensors of its architecture, of these types") {
      open(folder.name) { checkpoint =>
        val expected = ExpectedTensors.of(checkpoint.config).asScala
        assert(checkpoint.tensors.keySet.asScala === expected.keySet)
        checkpoint.tensors.forEach((name, tensor) => assert(tensor.shape === expected(name)))
        val types = checkpoint.tensors.values.asScala.toSeq.groupBy(_.`type`)
        assert(types.map { case (kind, list) => kind -> list.size } === folder.types)
        assert(checkpoint.quantization.get.description === folder.description)
      }
    }

    test(s"every quantised tensor of ${folder.name} has its golden values, bit for bit") {
      val values = expected(folder.name)
      open(folder.name) { checkpoint =>
        assert(composed(checkpoint).size >= 20)
        composed(checkpoint).foreach { tensor =>
          val read = SmallModels.read(checkpoint, tensor.name)
          val last = Base64.getDecoder.decode(values.path(tensor.name).path("last_row").asText)
          assert(bytes(read.takeRight(tensor.shape.get(1).toInt)) === last, tensor.name)
          assert(sha256(read) === values.path(tensor.name).path("sha256").asText, tensor.name)
        }
      }
    }

    test(s"the matrices of ${folder.name} as quantised give the values that reading gives") {
      open(folder.name) { checkpoint =>
        composed(checkpoint).foreach { tensor =>
          val matrix = checkpoint.quantized(tensor).get
          assert(matrix.codes.isDirect && matrix.codes.capacity === tensor.elements)
          assert(matrix.bits === (if (tensor.`type` == INT8) 8 else 4))
          assert(
            QuantizedValues(matrix).toSeq === SmallModels.read(checkpoint, tensor.name).toSeq,
            tensor.name
          )
        }
        val plain = checkpoint.tensors.get("model.layers.0.input_layernorm.weight")
        assert(checkpoint.quantized(plain).isEmpty)
      }
    }

    test(s"some rows of ${folder.name} are those of the whole tensor") {
      open(folder.name) { checkpoint =>
        composed(checkpoint).foreach { tensor =>
          val whole = SmallModels.read(checkpoint, tensor.name)
          val width = tensor.shape.get(1).toInt
          Seq(0L -> 1L, 3L -> 20L, 63L -> 1L, 5L -> 0L).foreach { case (first, rows) =>
            val part = FloatBuffer.allocate((rows * width).toInt + 3)
            checkpoint.read(tensor, first, rows, part.position(2))
            assert(part.position() === 2 + rows * width)
            val from = (first * width).toInt
            assert(
              part.array.slice(2, part.position()).toSeq ===
                whole.slice(from, from + (rows * width).toInt).toSeq
            )
          }
          intercept[IndexOutOfBoundsException](
            checkpoint.read(tensor, tensor.shape.get(0), 1, FloatBuffer.allocate(1000))
          )
          intercept[IllegalArgumentException](
            checkpoint.read(tensor, 0, 2, FloatBuffer.allocate(width))
          )
        }
      }
    }
  }

  test("only columns in an order of their own have an order, in which groups are neighbours") {
    for (folder <- folders) open(folder.name) { checkpoint =>
      composed(checkpoint).foreach { tensor =>
        val order = checkpoint.quantized(tensor).get.columnOrder.toScala
        assert(order.isDefined === (folder.name == "gptq-actorder"))
        order.foreach(o => assert(o.sorted.toSeq === o.indices))
      }
    }
  }

  test("scales may be negative, groups of other sizes and short at the end") {
    open("autoround") { checkpoint =>
      val matrices = composed(checkpoint).map(t => t.name -> checkpoint.quantized(t).get).toMap
      assert(matrices.values.forall(m => m.scales.exists(_ < 0) && m.scales.exists(_ > 0)))
      assert(matrices.values.forall(m => m.kind == Kind.AFFINE))
      assert(matrices("model.layers.0.self_attn.q_proj.weight").groupSize === 64)
      assert(matrices("model.layers.2.self_attn.v_proj.weight").groupSize === 128)
      assert(matrices("model.layers.2.self_attn.k_proj.weight").bits === 8)
    }
    open("gptq") { checkpoint =>
      val down = checkpoint.tensors.get("model.layers.0.mlp.down_proj.weight")
      assert(checkpoint.quantized(down).get.scales.length === 128 * 6) // 352 = 5 * 64 + 32
    }
  }

  test("the types of a GGUF file that are integers and scales can be kept so") {
    val file = golden.resolve("gguf").resolve("types.gguf")
    val tensors = GgufFile.read(file).tensors.asScala
    val orders = Seq(TensorInfo.RowOrder.HALVES, TensorInfo.RowOrder.INTERLEAVED)
    val kept = Map(Q4_0 -> 1e-12, Q8_0 -> 1e-12, Q4_1 -> 1e-6)
    for (stored <- tensors; order <- orders) {
      val tensor = new TensorInfo(
        stored.name,
        stored.`type`,
        stored.shape,
        stored.file,
        stored.offset,
        stored.bytes,
        order
      )
      val matrix = BlockMatrix.quantized(tensor, 4).toScala
      assert(matrix.isDefined === kept.contains(tensor.`type`))
      for (m <- matrix) {
        val values = new Array[Float](tensor.elements.toInt)
        new TensorReader(tensor, 4).read(0, 4, FloatBuffer.wrap(values))
        val largest = values.map(math.abs).max
        QuantizedValues(m).zip(values).foreach { case (a, b) =>
          assert(math.abs(a - b) <= kept(tensor.`type`) * largest)
        }
      }
    }
  }

  test("a block without scale is its minimum") {
    val block = Array[Byte](0, 0, 0, 0x3c) ++ Array.fill[Byte](16)(0x5a) // 0 * q + 1
    val file = java.nio.file.Files.write(java.nio.file.Files.createTempFile("block", ""), block)
    val tensor = new TensorInfo(
      "x",
      Q4_1,
      java.util.List.of(1L, 32L),
      file,
      0,
      20,
      TensorInfo.RowOrder.HALVES
    )
    assert(QuantizedValues(BlockMatrix.quantized(tensor, 1).get).toSeq === Seq.fill(32)(1f))
  }
}

/** The values a quantised matrix stands for, in the order of the plain one. */
object QuantizedValues {
  def apply(matrix: QuantizedMatrix): Array[Float] = {
    val values = new Array[Float](matrix.rows * matrix.columns)
    val groups = (matrix.columns + matrix.groupSize - 1) / matrix.groupSize
    val table = NormalFloat4.values
    val order = matrix.columnOrder.toScala
    for (row <- 0 until matrix.rows; stored <- 0 until matrix.columns) {
      val code = matrix.codes.get(row * matrix.columns + stored) & 0xff
      val column = order.fold(stored)(_(stored))
      values(row * matrix.columns + column) = matrix.kind match {
        case Kind.AFFINE =>
          val group = row * groups + stored / matrix.groupSize
          (code - matrix.zeros()(group)) * matrix.scales()(group)
        case Kind.NF4 =>
          table(code) * matrix.scales()((row * matrix.columns + stored) / matrix.groupSize)
      }
    }
    values
  }
}
