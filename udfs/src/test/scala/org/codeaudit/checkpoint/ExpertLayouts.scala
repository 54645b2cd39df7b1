package org.codeaudit.checkpoint

import java.io.RandomAccessFile
import java.nio.file.{Files, Path}

import scala.jdk.CollectionConverters._
import scala.util.Using

import org.codeaudit.checkpoint.SafetensorsBytes.Entry

/** Rewrites the experts of a checkpoint as files may hold them. */
object ExpertLayouts {
  private val Expert = """(model\.layers\.\d+\.mlp\.experts\.)(\d+)\.(\w+)\.weight""".r

  /** The tensors of an open checkpoint as they are stored. */
  def entries(checkpoint: Checkpoint): Seq[Entry] = checkpoint.tensors.values.asScala.toSeq.map {
    tensor =>
      val data = new Array[Byte](tensor.bytes.toInt)
      Using.resource(new RandomAccessFile(tensor.file.toFile, "r")) { file =>
        file.seek(tensor.offset)
        file.readFully(data)
      }
      Entry(tensor.name, tensor.`type`.name, tensor.shape.asScala.map(_.longValue).toSeq, data)
  }

  /** One tensor for each projection of a layer: [experts, out, in].
    *
    * @param fused
    *   whether the gate and up projections become one
    * @param exchanged
    *   whether the last two sizes change places
    */
  def stacked(
      entries: Seq[Entry],
      fused: Boolean = true,
      exchanged: Boolean = false,
      suffix: String = ""
  ): Seq[Entry] = {
    val (experts, others) = entries.partition(e => Expert.matches(e.name))
    val stacks = experts
      .groupBy(e => e.name match { case Expert(layer, _, kind) => (layer, kind) })
      .map { case (key, all) =>
        val sorted = all.sortBy(e => e.name match { case Expert(_, number, _) => number.toInt })
        key -> sorted
      }
    val joined = stacks.toSeq.flatMap {
      case ((layer, "gate_proj"), gates) if fused =>
        val both = gates.zip(stacks((layer, "up_proj"))).map { case (gate, up) => below(gate, up) }
        Seq(s"${layer}gate_up_proj" -> both)
      case ((_, "up_proj"), _) if fused => Nil
      case ((layer, kind), all)         => Seq(layer + kind -> all)
    }
    others ++ joined.map { case (name, all) =>
      val parts = if (exchanged) all.map(turned) else all
      Entry(
        name + suffix,
        parts.head.dtype,
        parts.size.toLong +: parts.head.shape,
        parts.toArray.flatMap(_.data)
      )
    }
  }

  private def below(first: Entry, second: Entry): Entry =
    first.copy(
      shape = Seq(first.shape.head + second.shape.head, first.shape(1)),
      data = first.data ++ second.data
    )

  private def turned(entry: Entry): Entry = {
    val Seq(rows, columns) = entry.shape.map(_.toInt)
    val width = entry.data.length / rows / columns
    val data = new Array[Byte](entry.data.length)
    for (row <- 0 until rows; column <- 0 until columns)
      System.arraycopy(
        entry.data,
        (row * columns + column) * width,
        data,
        (column * rows + row) * width,
        width
      )
    entry.copy(shape = entry.shape.reverse, data = data)
  }

  /** A folder with other weights and the configuration of another one. */
  def folder(config: Path, weights: Seq[Entry]): Path = {
    val folder = Files.createTempDirectory("experts")
    Files.copy(config.resolve("config.json"), folder.resolve("config.json"))
    Files.write(folder.resolve("model.safetensors"), SafetensorsBytes.file(weights))
    folder
  }
}
