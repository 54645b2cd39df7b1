package org.codeaudit.checkpoint

import java.io.RandomAccessFile
import java.nio.file.{Files, Path}

import scala.jdk.CollectionConverters._
import scala.util.Using
import org.codeaudit.{AuditException, Long => LongTest}
import org.codeaudit.checkpoint.quantized.PackedMatrix
import org.codeaudit.checkpoint.QuantizedBytes._
import org.codeaudit.checkpoint.safetensors.SafetensorsHeader
import org.codeaudit.checkpoint.SafetensorsBytes.Entry
import org.codeaudit.checkpoint.SmallModels._
import org.codeaudit.checkpoint.tensor.{TensorInfo, TensorType}
import org.scalatest.funsuite.AnyFunSuite

/** Quantised checkpoints that are put together wrongly are refused with names and numbers. */
class QuantizedCheckpointSuite extends AnyFunSuite {
  private val Module = "model.layers.1.mlp.up_proj"
  private val Weight = s"$Module.weight"

  private case class Bad(name: String, path: () => Path, errorClass: String, named: String*)

  private def settings(name: String, errorClass: String, named: String*)(json: String): Bad =
    Bad(name, () => QuantizedBytes.checkpoint(json, packedEntries), errorClass, named: _*)

  private def mismatch(name: String, named: String*)(json: String, weights: => Seq[Entry]): Bad =
    Bad(
      name,
      () => QuantizedBytes.checkpoint(json, weights),
      "CHECKPOINT_QUANTIZATION_MISMATCH",
      named: _*
    )

  /** A part of one module replaced, or left out for none. */
  private def part(entries: Seq[Entry], name: String)(replaced: Entry => Option[Entry]) = {
    assert(entries.exists(_.name == name))
    entries.flatMap(e => if (e.name == name) replaced(e) else Some(e))
  }

  private def without(entries: Seq[Entry], name: String) = part(entries, name)(_ => None)

  private def adding(json: String, changes: (String, String)*): String =
    changes.foldLeft(json.dropRight(1)) { case (text, (key, value)) =>
      text + s""","$key":$value"""
    } + "}"

  private val cases = Seq(
    settings("awq", "CHECKPOINT_UNSUPPORTED", "awq", "auto-round")(
      """{"quant_method":"awq","bits":4}"""
    ),
    settings("fp8", "CHECKPOINT_UNSUPPORTED", "fp8")("""{"quant_method":"fp8"}"""),
    settings("hqq", "CHECKPOINT_UNSUPPORTED", "hqq")("""{"quant_method":"hqq"}"""),
    settings("no method", "CHECKPOINT_UNSUPPORTED", "no quant_method")("""{"bits":4}"""),
    settings("three bits", "CHECKPOINT_UNSUPPORTED", "3 bits")(gptq.replace("4", "3")),
    settings("two bits", "CHECKPOINT_UNSUPPORTED", "2 bits")(gptq.replace("4", "2")),
    settings("marlin", "CHECKPOINT_UNSUPPORTED", "marlin")(
      adding(gptq, "checkpoint_format" -> "\"marlin\"")
    ),
    settings("AutoRound as awq", "CHECKPOINT_UNSUPPORTED", "auto_round:auto_awq")(
      adding(
        gptq.replace("gptq", "auto-round"),
        "packing_format" -> "\"auto_round:auto_awq\""
      )
    ),
    settings("a rule of two bits", "CHECKPOINT_UNSUPPORTED", "2 bits", Module)(
      adding(gptq.replace("gptq", "auto-round"), "extra_config" -> s"""{"$Module":{"bits":2}}""")
    ),
    settings("a rule that is a number", "CHECKPOINT_CONFIG_INVALID", Module)(
      adding(gptq.replace("gptq", "auto-round"), "extra_config" -> s"""{"$Module":2}""")
    ),
    settings("a malformed pattern", "CHECKPOINT_CONFIG_INVALID", "extra_config", "*x")(
      adding(gptq.replace("gptq", "auto-round"), "extra_config" -> """{"*x":{"bits":8}}""")
    ),
    settings("quantised activations", "CHECKPOINT_UNSUPPORTED", "activations of 8 bits")(
      adding(gptq.replace("gptq", "auto-round"), "act_bits" -> "8")
    ),
    settings("floats of four bits", "CHECKPOINT_UNSUPPORTED", "mx_fp")(
      adding(gptq.replace("gptq", "auto-round"), "data_type" -> "\"mx_fp\"")
    ),
    settings("no bits", "CHECKPOINT_CONFIG_INVALID", "quantization_config.bits")(
      """{"quant_method":"gptq","group_size":32}"""
    ),
    settings("groups of zero", "CHECKPOINT_CONFIG_INVALID", "group_size is 0")(
      gptq.replace("32", "0")
    ),
    settings("settings that are a list", "CHECKPOINT_CONFIG_INVALID", "quantization_config")("[]"),
    settings("8 bits of bitsandbytes", "CHECKPOINT_UNSUPPORTED", "8-bit")(
      """{"quant_method":"bitsandbytes","load_in_8bit":true}"""
    ),
    settings("fp4", "CHECKPOINT_UNSUPPORTED", "fp4")(nf4.replace("nf4", "fp4")),
    mismatch("eight bits in the settings, four in the tensors", "qweight is [12, 64]", "4.0 bits")(
      gptq.replace("\"bits\":4", "\"bits\":8"),
      packedEntries
    ),
    mismatch("a rule of eight bits", s"$Module.qweight", "4.0 bits", "the 8 bits")(
      adding(gptq.replace("gptq", "auto-round"), "extra_config" -> s"""{"$Module":{"bits":8}}"""),
      packedEntries
    ),
    mismatch("a rule that leaves a packed module out", s"$Module.qweight", "16 bits")(
      adding(gptq, "dynamic" -> """{"-:.*1\\.mlp\\.up.*":{}}"""),
      packedEntries
    ),
    mismatch("groups of another size", "scales is [3, 64]", "groups of 16", "[6, 64]")(
      gptq.replace("32", "16"),
      packedEntries
    ),
    mismatch("no scales", s"$Module.scales [2, 96] is missing")(
      gptq,
      without(packedEntries, s"$Module.scales")
    ),
    mismatch("no zeros", s"$Module.qzeros [2, 12] is missing")(
      gptq,
      without(packedEntries, s"$Module.qzeros")
    ),
    mismatch("columns by activation without their groups", ".g_idx [96] is missing")(
      gptq.replace("false", "true"),
      packedEntries
    ),
    mismatch("groups of other columns", s"$Module.g_idx is [32]", "[64]")(
      gptq,
      packedEntries :+ ints(s"$Module.g_idx", Seq(32), _ => 0)
    ),
    mismatch("numbers of the wrong type", s"$Module.qweight has the type F32")(
      gptq,
      part(packedEntries, s"$Module.qweight")(e => Some(e.copy(dtype = "F32")))
    ),
    mismatch("scales of the wrong type", s"$Module.scales has the type I32")(
      gptq,
      part(packedEntries, s"$Module.scales")(e => Some(e.copy(dtype = "I32")))
    ),
    mismatch("a matrix of another width", s"$Module.qweight is [4, 96]", "[8, 96]")(
      gptq,
      part(packedEntries, s"$Module.qweight")(e => Some(ints(e.name, Seq(4, 96), _ => 0)))
    ),
    mismatch("plain and packed", Weight)(
      gptq,
      packedEntries :+ SafetensorsBytes.f32(Weight, Seq(96, 64), Seq.fill(96 * 64)(0f))
    ),
    mismatch("a bias where the layer has none", s"$Module.bias has numbers")(
      gptq,
      packedEntries :+ SafetensorsBytes.f32(s"$Module.bias", Seq(96), Seq.fill(96)(1f))
    ),
    mismatch("settings without quantised tensors", "4 bits, groups of 32", "none")(
      gptq,
      entries()
    ),
    Bad(
      "quantised tensors without settings",
      () => folder("model.safetensors" -> SafetensorsBytes.file(packedEntries)),
      "CHECKPOINT_QUANTIZATION_MISMATCH",
      "qweight",
      "quantize_config.json"
    ),
    Bad(
      "a packed matrix missing",
      () => QuantizedBytes.checkpoint(gptq, without(packedEntries, s"$Module.qweight")),
      "CHECKPOINT_TENSORS_MISMATCH",
      s"$Weight [96, 64] is missing"
    ),
    Bad(
      "a norm of integers",
      () =>
        QuantizedBytes.checkpoint(
          gptq,
          part(packedEntries, "model.norm.weight")(e => Some(ints(e.name, Seq(64), _ => 1)))
        ),
      "CHECKPOINT_UNSUPPORTED",
      "model.norm.weight has the type I32"
    ),
    mismatch("NF4 without scales", s"$Weight.absmax is missing")(
      nf4,
      without(normalFloatEntries, s"$Weight.absmax")
    ),
    mismatch("NF4 without its table", s"$Weight.quant_map is missing")(
      nf4,
      without(normalFloatEntries, s"$Weight.quant_map")
    ),
    mismatch("NF4 without its state", s"$Weight.quant_state", "is missing")(
      nf4,
      without(normalFloatEntries, s"$Weight.quant_state.bitsandbytes__nf4")
    ),
    mismatch("NF4 of too few bytes", Weight, "3000 bytes", "3072")(
      nf4,
      part(normalFloatEntries, Weight)(e => Some(bytes(e.name, Seq(3000, 1), new Array(3000))))
    ),
    mismatch("NF4 with too few scales", s"$Weight.absmax", "95 scales", "blocks of 64")(
      nf4,
      part(normalFloatEntries, s"$Weight.absmax")(e =>
        Some(SafetensorsBytes.f32(e.name, Seq(95), Seq.fill(95)(1f)))
      )
    ),
    mismatch("double quantisation without its scales", s"$Weight.nested_absmax is missing")(
      nf4,
      part(normalFloatEntries, s"$Weight.absmax")(e => Some(bytes(e.name, Seq(96), new Array(96))))
    ),
    stateThat("of another type", "fp4")(state(96, 64).replace("nf4", "fp4")),
    stateThat("of another shape", "[64, 96]", "[96, 64]")(state(64, 96)),
    stateThat("of other blocks", "96 scales", "blocks of 128")(
      state(96, 64).replace("64,", "128,")
    ),
    stateThat("of strange blocks", "blocks of 3")(state(96, 64).replace("64,", "3,")),
    stateThat("that is no JSON", "not valid JSON")("{\"quant_type\":")
  )

  private def stateThat(name: String, named: String*)(json: String): Bad =
    mismatch(s"a state $name", Weight +: named: _*)(
      nf4,
      part(normalFloatEntries, s"$Weight.quant_state.bitsandbytes__nf4")(_ =>
        Some(stateOf(Weight, json.getBytes))
      )
    )

  cases.foreach { bad =>
    test(s"refused with ${bad.errorClass}: ${bad.name}") {
      val error = intercept[AuditException](Checkpoints.open(bad.path()))
      assert(error.errorClass.name === bad.errorClass, error.getMessage)
      bad.named.foreach(text => assert(error.getMessage.contains(text), error.getMessage))
    }
  }

  private def values(path: Path, tensor: String = Weight): Array[Float] =
    Using.resource(Checkpoints.open(path))(SmallModels.read(_, tensor))

  private val wrongNumbers = Seq(
    ("a zero of all ones in version 1", "the zero 15", gptq) ->
      part(packedEntries, s"$Module.qzeros")(e => Some(ints(e.name, e.shape, _ => -1))),
    ("a scale that is no number", "the scale NaN", gptq) ->
      part(packedEntries, s"$Module.scales")(e =>
        Some(SafetensorsBytes.f32(e.name, e.shape, Seq.fill(e.shape.product.toInt)(Float.NaN)))
      ),
    ("a group that does not exist", "column 0 into group 7 of 2", gptq) ->
      (packedEntries :+ ints(s"$Module.g_idx", Seq(64), _ => 7)),
    ("a negative group", "into group -1", gptq) ->
      (packedEntries :+ ints(s"$Module.g_idx", Seq(64), _ => -1)),
    ("groups of unequal size", "64 columns into group 0, not 32", gptq) ->
      (packedEntries :+ ints(s"$Module.g_idx", Seq(64), _ => 0)),
    ("another table than NF4's", "quant_map", nf4) ->
      part(normalFloatEntries, s"$Weight.quant_map")(e =>
        Some(SafetensorsBytes.f32(e.name, e.shape, Seq.fill(16)(1f)))
      )
  )

  wrongNumbers.foreach { case ((name, named, json), weights) =>
    test(s"refused when it is read: $name") {
      Using.resource(Checkpoints.open(QuantizedBytes.checkpoint(json, weights))) { checkpoint =>
        val tensor = checkpoint.tensors.get(Weight)
        Seq(
          () => SmallModels.read(checkpoint, Weight),
          () => checkpoint.quantized(tensor)
        ).foreach { attempt =>
          val error = intercept[AuditException](attempt())
          assert(error.errorClass.name === "CHECKPOINT_QUANTIZATION_MISMATCH")
          assert(error.getMessage.contains(named), error.getMessage)
          assert(error.getMessage.contains(Module), error.getMessage)
        }
      }
    }
  }

  test("version 2 of the format, and AutoRound's plain packing, store zeros as they are") {
    val first = values(QuantizedBytes.checkpoint(gptq, packedEntries)).head // (code - 8) / 2
    val others = Seq(
      adding(gptq, "checkpoint_format" -> "\"gptq_v2\""),
      adding(gptq.replace("gptq", "auto-round"), "packing_format" -> "\"auto_round\"")
    )
    others.foreach(json =>
      assert(values(QuantizedBytes.checkpoint(json, packedEntries)).head === first + 0.5f)
    )
    val same = adding(
      gptq.replace("gptq", "auto-round"),
      "packing_format" -> "\"auto_round:auto_gptq\""
    )
    assert(values(QuantizedBytes.checkpoint(same, packedEntries)).head === first)
  }

  test("settings lie in config.json, or in a file of their own, which the revision covers") {
    for (file <- Seq("quantize_config.json", "quantization_config.json")) {
      val path = folder(
        "model.safetensors" -> SafetensorsBytes.file(packedEntries),
        file -> gptq.getBytes
      )
      assert(values(path) === values(QuantizedBytes.checkpoint(gptq, packedEntries)))
      val before = Using.resource(Checkpoints.open(path))(_.revision)
      Files.writeString(path.resolve(file), gptq.replace("\"sym\":true", "\"sym\":false"))
      assert(Using.resource(Checkpoints.open(path))(_.revision) !== before)
    }
  }

  test("config.json goes before the other files") {
    val path = QuantizedBytes.checkpoint(
      gptq,
      packedEntries,
      "quantize_config.json" -> """{"bits":2}""".getBytes
    )
    assert(values(path).length === 96 * 64)
  }

  test("modules that are not packed stay as they are, whatever the settings say") {
    val plain = packedEntries.filterNot(_.name.startsWith(Module)) ++
      entries().filter(_.name == Weight)
    assert(
      values(QuantizedBytes.checkpoint(gptq, plain)) === SmallModels.values(Seq(96, 64)).toArray
    )
  }

  test("a bias of zeros where the layer has none is left out") {
    val surplus = packedEntries :+
      SafetensorsBytes.f32(s"$Module.bias", Seq(96), Seq.fill(96)(0f))
    Using.resource(Checkpoints.open(QuantizedBytes.checkpoint(gptq, surplus))) { checkpoint =>
      assert(!checkpoint.tensors.containsKey(s"$Module.bias"))
    }
  }

  test("quantised tensors that the model does not need are left out") {
    val more = packedEntries ++ packed("mtp.layers.0.mlp.up_proj", 64, 64)
    Using.resource(Checkpoints.open(QuantizedBytes.checkpoint(gptq, more))) { checkpoint =>
      assert(!checkpoint.tensors.keySet.asScala.exists(_.startsWith("mtp.")))
    }
  }

  test("the experts of a mixture are packed one by one, its routers are not") {
    val golden = Path.of(sys.props.getOrElse("codeaudit.root", "..")).resolve("data/golden")
    val original = golden.resolve("qwen3-moe-tiny")
    val weights = Using.resource(Checkpoints.open(original)) { plain =>
      plain.tensors.values.asScala.toSeq.flatMap { t =>
        val shape = t.shape.asScala.toSeq.map(_.longValue)
        if (t.name.contains(".experts.")) packed(t.name.stripSuffix(".weight"), shape(0), shape(1))
        else Seq(SafetensorsBytes.f32(t.name, shape, SmallModels.read(plain, t.name).toSeq))
      }
    }
    val path = folder(
      "config.json" -> Files.readAllBytes(original.resolve("config.json")),
      "quantization_config.json" -> gptq.getBytes,
      "model.safetensors" -> SafetensorsBytes.file(weights)
    )
    Using.resource(Checkpoints.open(path)) { checkpoint =>
      val (experts, others) =
        checkpoint.tensors.values.asScala.partition(_.name.contains(".experts."))
      assert(experts.size === 3 * 3 * 8 && experts.forall(_.`type` == TensorType.INT4))
      assert(others.forall(_.`type` == TensorType.F32))
      experts.foreach { tensor =>
        val values = QuantizedValues(checkpoint.quantized(tensor).get)
        assert(values.toSeq === SmallModels.read(checkpoint, tensor.name).toSeq)
      }
    }
  }

  test("the parts of a matrix add up to its bytes") {
    Using.resource(Checkpoints.open(QuantizedBytes.checkpoint(gptq, packedEntries))) { checkpoint =>
      val tensor = checkpoint.tensors.get(Weight)
      assert(tensor.bytes === 96 * 64 / 2 + 2 * 12 * 4 + 2 * 96 * 4)
    }
  }

  test("the outline of a checkpoint in NF4, whose weights are holes, opens; reading it fails") {
    val path = QuantizedBytes.checkpoint(nf4, normalFloatEntries)
    val weights = path.resolve("model.safetensors")
    val size = Files.size(weights)
    Using.resource(new RandomAccessFile(weights.toFile, "rw")) { file =>
      file.setLength(SafetensorsHeader.bytesBeforeData(weights))
      file.setLength(size)
    }
    Using.resource(Checkpoints.open(path)) { checkpoint =>
      assert(checkpoint.tensors.get(Weight).shape.asScala === Seq(96L, 64L))
      val error = intercept[AuditException](SmallModels.read(checkpoint, Weight))
      assert(error.getMessage.contains("quant_map"))
    }
  }

  test("a file that shrinks after it was opened is one clear error") {
    for ((json, weights) <- Seq(gptq -> packedEntries, nf4 -> normalFloatEntries)) {
      val path = QuantizedBytes.checkpoint(json, weights)
      Using.resource(Checkpoints.open(path)) { checkpoint =>
        Files.write(path.resolve("model.safetensors"), new Array[Byte](100))
        val tensor = checkpoint.tensors.get(Weight)
        assert(
          intercept[AuditException](checkpoint.quantized(tensor)).errorClass.name ===
            "CHECKPOINT_TRUNCATED"
        )
      }
    }
  }

  test("a matrix of 27648 x 5120 in four bits is unpacked whole", LongTest) {
    val (rows, columns) = (27648L, 5120L)
    val file = Files.createTempFile("packed", "")
    val shapes = Seq(Seq(columns / 8, rows), Seq(columns / 128, rows / 8), Seq(columns / 128, rows))
    val sizes = Seq(rows * columns / 2, columns / 128 * rows / 2, columns / 128 * rows * 2)
    val offsets = sizes.scanLeft(0L)(_ + _)
    Using.resource(new RandomAccessFile(file.toFile, "rw"))(_.setLength(offsets.last))
    val kinds = Seq(TensorType.I32, TensorType.I32, TensorType.F16)
    val stored = kinds.indices.map { i =>
      val shape = shapes(i).map(java.lang.Long.valueOf).asJava
      new TensorInfo(
        s"part $i",
        kinds(i),
        shape,
        file,
        offsets(i),
        sizes(i),
        TensorInfo.RowOrder.HALVES
      )
    }
    val plain = new TensorInfo(
      "x",
      TensorType.INT4,
      java.util.List.of(rows, columns),
      file,
      0,
      offsets.last,
      TensorInfo.RowOrder.HALVES
    )
    val parts = new PackedMatrix.Parts(stored(0), stored(1), stored(2), java.util.Optional.empty())
    val matrix = new PackedMatrix(plain, parts, 4, 128, 1)
    val seconds = (1 to 5).map { _ =>
      val start = System.nanoTime
      assert(matrix.quantized.zeros.forall(_ == 1f))
      (System.nanoTime - start) / 1e9
    }
    Files.delete(file)
    info(
      f"${seconds.map(s => f"$s%.2f").mkString(", ")} s, ${rows * columns / seconds.min / 1e9}%.2f GB/s"
    )
  }
}
