package org.codeaudit.checkpoint

import java.io.ByteArrayOutputStream
import java.nio.charset.StandardCharsets.UTF_8
import java.nio.{ByteBuffer, ByteOrder}

/** Makes GGUF files, right ones and wrong ones. */
object GgufBytes {

  /** Bytes that stand for a metadata value, with the number of their type. */
  final case class Value(kind: Int, bytes: Array[Byte])

  final case class Tensor(
      name: String,
      kind: Int,
      shape: Seq[Long],
      data: Array[Byte],
      offset: Option[Long] = None
  )

  def u32(value: Int): Value = Value(4, int(value))
  def f32(value: Float): Value = Value(6, int(java.lang.Float.floatToIntBits(value)))
  def flag(value: Boolean): Value = Value(7, Array(if (value) 1.toByte else 0.toByte))
  def text(value: String): Value = Value(8, string(value))
  def texts(values: Seq[String]): Value = array(8, values.map(string))
  def f32s(values: Seq[Float]): Value = array(6, values.map(f32(_).bytes))
  def i32s(values: Seq[Int]): Value = array(5, values.map(int))
  def array(kind: Int, elements: Seq[Array[Byte]]): Value =
    Value(9, int(kind) ++ long(elements.size.toLong) ++ elements.flatten)

  def file(
      metadata: Seq[(String, Value)],
      tensors: Seq[Tensor],
      version: Int = 3,
      alignment: Int = 32
  ): Array[Byte] = {
    val header = new ByteArrayOutputStream
    header.write("GGUF".getBytes(UTF_8))
    header.write(int(version) ++ long(tensors.size.toLong) ++ long(metadata.size.toLong))
    metadata.foreach { case (key, value) =>
      header.write(string(key) ++ int(value.kind) ++ value.bytes)
    }
    val data = new ByteArrayOutputStream
    tensors.foreach { t =>
      pad(data, alignment)
      val offset = t.offset.getOrElse(data.size.toLong)
      header.write(string(t.name) ++ int(t.shape.size) ++ t.shape.reverse.flatMap(long))
      header.write(int(t.kind) ++ long(offset))
      data.write(t.data)
    }
    pad(header, alignment)
    header.toByteArray ++ data.toByteArray
  }

  def int(value: Int): Array[Byte] = little(4).putInt(value).array
  def long(value: Long): Array[Byte] = little(8).putLong(value).array
  def string(value: String): Array[Byte] = {
    val bytes = value.getBytes(UTF_8)
    long(bytes.length.toLong) ++ bytes
  }

  private def little(size: Int) = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN)

  private def pad(out: ByteArrayOutputStream, alignment: Int): Unit =
    while (out.size % alignment != 0) out.write(0)
}
