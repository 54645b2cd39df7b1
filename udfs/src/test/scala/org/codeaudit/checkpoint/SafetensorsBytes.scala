package org.codeaudit.checkpoint

import java.io.ByteArrayOutputStream
import java.nio.charset.StandardCharsets.UTF_8
import java.nio.{ByteBuffer, ByteOrder}

/** Makes safetensors files, right ones and wrong ones. */
object SafetensorsBytes {

  final case class Entry(name: String, dtype: String, shape: Seq[Long], data: Array[Byte])

  def f32(name: String, shape: Seq[Long], values: Seq[Float]): Entry =
    Entry(name, "F32", shape, littleEndian(values.size * 4)(b => values.foreach(b.putFloat)))

  /** Brain floats by cutting the low half off, so use values that survive it. */
  def bf16(name: String, shape: Seq[Long], values: Seq[Float]): Entry =
    Entry(
      name,
      "BF16",
      shape,
      littleEndian(values.size * 2) { b =>
        values.foreach(v => b.putShort((java.lang.Float.floatToIntBits(v) >> 16).toShort))
      }
    )

  def file(entries: Seq[Entry]): Array[Byte] = {
    val data = new ByteArrayOutputStream
    val header = entries.map { e =>
      val begin = data.size
      data.write(e.data)
      s""""${e.name}":${description(e.dtype, e.shape, begin, data.size)}"""
    }
    raw(header.mkString("""{"__metadata__":{"format":"pt"},""", ",", "}"), data.toByteArray)
  }

  def description(dtype: String, shape: Seq[Long], begin: Long, end: Long): String =
    s"""{"dtype":"$dtype","shape":[${shape.mkString(",")}],"data_offsets":[$begin,$end]}"""

  def raw(header: String, data: Array[Byte]): Array[Byte] =
    raw(header.getBytes(UTF_8).length.toLong, header, data)

  def raw(length: Long, header: String, data: Array[Byte]): Array[Byte] =
    littleEndian(8)(_.putLong(length)) ++ header.getBytes(UTF_8) ++ data

  def littleEndian(bytes: Int)(fill: ByteBuffer => Unit): Array[Byte] = {
    val buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN)
    fill(buffer)
    buffer.array
  }
}
