package org.codeaudit.checkpoint

import java.io.RandomAccessFile
import java.nio.{ByteBuffer, ByteOrder}
import java.nio.file.{Files, Path}
import java.util.BitSet

import scala.jdk.CollectionConverters._

/** The pages of one file that are in this process's memory: numbers of pages of the file. */
final class ResidentPages private (pages: BitSet) {
  import ResidentPages.PageBytes

  def isEmpty: Boolean = pages.isEmpty

  def bytes: Long = pages.cardinality * PageBytes

  /** The part, 0 to 1, of the pages from one byte of the file on that are resident. */
  def share(offset: Long, length: Long): Double = {
    val (first, last) = (offset / PageBytes, (offset + length - 1) / PageBytes)
    val present = pages.get(first.toInt, last.toInt + 1).cardinality
    present.toDouble / (last - first + 1)
  }
}

/**
 * Reads /proc/self/maps and /proc/self/pagemap as proc(5) and the kernel's pagemap.rst describe
 * them: eight bytes a page, of which bit 63 says whether it is present.
 */
object ResidentPages {
  val PageBytes = 4096L

  private case class Area(begin: Long, end: Long, offset: Long)

  def of(file: Path): ResidentPages = {
    val pages = new BitSet
    val map = new RandomAccessFile("/proc/self/pagemap", "r")
    try areas(file).foreach(area => add(pages, area, map))
    finally map.close()
    new ResidentPages(pages)
  }

  private def areas(file: Path): Seq[Area] = {
    val name = file.toRealPath().toString
    Files.readAllLines(Path.of("/proc/self/maps")).asScala.toSeq.collect {
      case line if line.endsWith(" " + name) =>
        val fields = line.split("\\s+")
        val Array(begin, end) = fields(0).split('-').map(java.lang.Long.parseUnsignedLong(_, 16))
        Area(begin, end, java.lang.Long.parseLong(fields(2), 16))
    }
  }

  private def add(pages: BitSet, area: Area, map: RandomAccessFile): Unit = {
    val chunk = new Array[Byte](1 << 20)
    val count = (area.end - area.begin) / PageBytes
    map.seek(area.begin / PageBytes * 8)
    var page = 0L
    while (page < count) {
      val entries = math.min(count - page, chunk.length / 8).toInt
      map.readFully(chunk, 0, entries * 8)
      val present = ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer
      for (entry <- 0 until entries if present.get(entry) < 0)
        pages.set((area.offset / PageBytes + page + entry).toInt)
      page += entries
    }
  }
}
