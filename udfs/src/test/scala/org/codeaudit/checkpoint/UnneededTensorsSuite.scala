package org.codeaudit.checkpoint

import scala.jdk.CollectionConverters._

import org.codeaudit.AuditException
import org.codeaudit.checkpoint.SafetensorsBytes.Entry
import org.codeaudit.checkpoint.SmallModels._
import org.scalatest.funsuite.AnyFunSuite

/** Tensors of types that no weight has: what the model does not need of them is no obstacle. */
class UnneededTensorsSuite extends AnyFunSuite {

  /** Every type of the format that no weight has, with the bytes that eight numbers take. */
  private val types = Seq("BOOL" -> 8, "U8" -> 8, "I8" -> 8, "I16" -> 16, "U16" -> 16) ++
    Seq("I32" -> 32, "U32" -> 32, "I64" -> 64, "U64" -> 64, "F64" -> 64, "C64" -> 64) ++
    Seq("F8_E4M3" -> 8, "F8_E5M2" -> 8, "F8_E8M0" -> 8, "F6_E2M3" -> 6, "F6_E3M2" -> 6, "F4" -> 4)

  private def entry(name: String, dtype: String, numbers: Long = 8): Entry =
    Entry(
      name,
      dtype,
      Seq(numbers),
      new Array[Byte]((types.toMap.apply(dtype) * numbers / 8).toInt)
    )

  private def tensors(entries: Seq[Entry]): Set[String] = {
    val checkpoint =
      Checkpoints.open(folder("model.safetensors" -> SafetensorsBytes.file(entries)))
    try {
      checkpoint.revision
      checkpoint.tensors.keySet.asScala.toSet
    } finally checkpoint.close()
  }

  private def refused(entries: Seq[Entry]): AuditException =
    intercept[AuditException](tensors(entries))

  for ((dtype, _) <- types) {
    test(s"a tensor of the type $dtype that the model does not need is left out") {
      val unneeded = Seq("position_ids", "mtp.layers.0.scale") :+
        "model.layers.0.self_attn.rotary_emb.inv_freq"
      assert(tensors(unneeded.map(entry(_, dtype)) ++ entries()) === shapes().map(_._1).toSet)
    }

    test(s"a tensor of the type $dtype that the model needs is refused by name and type") {
      val error = refused(entries().map {
        case needed if needed.name == "model.norm.weight" => entry(needed.name, dtype, Hidden)
        case other                                        => other
      })
      assert(error.errorClass.name === "CHECKPOINT_UNSUPPORTED")
      assert(error.getMessage.contains(s"model.norm.weight has the type $dtype"))
    }
  }

  test("a tensor of a layer that the architecture does not know is refused, whatever its type") {
    val error = refused(entries() :+ entry("model.layers.1.self_attn.table", "I64"))
    assert(error.errorClass.name === "CHECKPOINT_TENSORS_MISMATCH")
    assert(error.getMessage.contains("model.layers.1.self_attn.table is no part"))
  }

  test("an unneeded tensor still has the bytes that its type and shape say") {
    val error = refused(entries() :+ Entry("steps", "I64", Seq(2), new Array[Byte](8)))
    assert(error.errorClass.name === "CHECKPOINT_HEADER_INVALID")
    assert(error.getMessage.contains("I64 [2], which takes 16 bytes, but has 8"))
  }
}
