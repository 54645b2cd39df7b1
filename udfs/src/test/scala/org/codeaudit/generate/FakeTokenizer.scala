package org.codeaudit.generate

import java.io.ByteArrayOutputStream
import java.nio.charset.StandardCharsets.UTF_8
import java.util.OptionalInt
import org.codeaudit.token.Tokenizer

/** Ids 0 to 255 are bytes, then come longer texts, then control tokens. Encodes by longest match.
  */
class FakeTokenizer(
    texts: Seq[String] = Nil,
    controls: Seq[String] = Seq("<end>", "<|im_end|>")
) extends Tokenizer {
  private val table: Array[Array[Byte]] =
    ((0 until 256).map(value => Array(value.toByte)) ++ texts.map(_.getBytes(UTF_8))).toArray
  private val byText = texts.zipWithIndex.map { case (text, i) =>
    text.getBytes(UTF_8) -> (256 + i)
  }
  @volatile var closed = 0

  override def encode(text: String): Array[Int] = {
    require(closed == 0, "used after the end")
    val bytes = text.getBytes(UTF_8)
    Iterator
      .unfold(0) { at =>
        Option.when(at < bytes.length) {
          val fits = byText.filter { case (token, _) => bytes.startsWith(token, at) }
          val (length, id) = fits
            .map { case (token, id) => (token.length, id) }
            .maxByOption(_._1)
            .getOrElse((1, bytes(at) & 0xff))
          (id, at + length)
        }
      }
      .toArray
  }

  override def decode(ids: Array[Int]): String = {
    val out = new ByteArrayOutputStream
    ids.foreach(id => out.writeBytes(bytes(id)))
    new String(out.toByteArray, UTF_8)
  }

  override def bytes(id: Int): Array[Byte] = table.lift(id).getOrElse(Array.empty[Byte])

  override def size(): Int = table.length + controls.length

  override def isControl(id: Int): Boolean = id >= table.length && id < size()

  override def control(text: String): OptionalInt = controls.indexOf(text) match {
    case -1 => OptionalInt.empty()
    case i  => OptionalInt.of(table.length + i)
  }

  override def close(): Unit = closed += 1
}
