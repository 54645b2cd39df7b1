package org.codeaudit.checkpoint

import java.nio.file.Path
import org.codeaudit.checkpoint.quantized.NormalFloat4
import org.codeaudit.checkpoint.SafetensorsBytes.{Entry, littleEndian}
import org.codeaudit.checkpoint.SmallModels._

/** The small Llama model with its projections quantised, right and wrong. */
object QuantizedBytes {
  val Group = 32

  val gptq = """{"quant_method":"gptq","bits":4,"group_size":32,"desc_act":false,"sym":true}"""
  val nf4 =
    """{"quant_method":"bitsandbytes","load_in_4bit":true,"bnb_4bit_quant_type":"nf4"}"""

  def ints(name: String, shape: Seq[Long], value: Int => Int): Entry =
    Entry(
      name,
      "I32",
      shape,
      littleEndian(shape.product.toInt * 4)(b =>
        (0 until shape.product.toInt).foreach(i => b.putInt(value(i)))
      )
    )

  def bytes(name: String, shape: Seq[Long], data: Array[Byte]): Entry =
    Entry(name, "U8", shape, data)

  private def quantised(name: String) = name.endsWith("_proj.weight")

  /** Parts of a packed module: symmetric zeros of version 1, scales of one half. */
  def packed(module: String, rows: Long, columns: Long, bits: Int = 4): Seq[Entry] = {
    val groups = (columns + Group - 1) / Group
    val zeros = if (bits == 4) 0x77777777 else 0x7f7f7f7f
    Seq(
      ints(s"$module.qweight", Seq(columns * bits / 32, rows), _ * 0x9e3779b1),
      ints(s"$module.qzeros", Seq(groups, rows * bits / 32), _ => zeros),
      SafetensorsBytes.f32(
        s"$module.scales",
        Seq(groups, rows),
        Seq.fill((groups * rows).toInt)(0.5f)
      )
    )
  }

  def state(rows: Long, columns: Long): String =
    s"""{"quant_type":"nf4","blocksize":64,"dtype":"bfloat16","shape":[$rows,$columns]}"""

  def normalFloat(name: String, rows: Long, columns: Long): Seq[Entry] = {
    val count = (rows * columns).toInt
    Seq(
      bytes(name, Seq(count / 2, 1), Array.tabulate(count / 2)(i => (i * 37).toByte)),
      SafetensorsBytes.f32(s"$name.absmax", Seq(count / 64), Seq.fill(count / 64)(0.5f)),
      SafetensorsBytes.f32(s"$name.quant_map", Seq(16), NormalFloat4.values.toSeq),
      stateOf(name, state(rows, columns).getBytes)
    )
  }

  def stateOf(name: String, data: Array[Byte]): Entry =
    bytes(s"$name.quant_state.bitsandbytes__nf4", Seq(data.length), data)

  def packedEntries: Seq[Entry] = entries().flatMap {
    case e if quantised(e.name) => packed(e.name.stripSuffix(".weight"), e.shape(0), e.shape(1))
    case e                      => Seq(e)
  }

  def normalFloatEntries: Seq[Entry] = entries().flatMap {
    case e if quantised(e.name) => normalFloat(e.name, e.shape(0), e.shape(1))
    case e                      => Seq(e)
  }

  def checkpoint(settings: String, weights: Seq[Entry], files: (String, Array[Byte])*): Path =
    folder(
      Seq(
        "config.json" -> configWith("quantization_config" -> settings),
        "model.safetensors" -> SafetensorsBytes.file(weights)
      ) ++ files: _*
    )
}
