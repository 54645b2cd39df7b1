package org.codeaudit.job.packaged.soak

import java.nio.file.StandardOpenOption.{APPEND, CREATE}
import java.nio.file.{Files, Path}

import scala.collection.mutable
import scala.jdk.CollectionConverters._
import scala.sys.process._
import scala.util.Try

/** What processes held in memory, and when.
  *
  * @param second
  *   of the soak
  * @param resident
  *   bytes of physical memory
  * @param heap
  *   bytes of what was left on the heap after a full collection
  */
case class MemorySample(second: Int, role: String, pid: Long, resident: Long, heap: Long)

/** Samples the memory of Java processes, and keeps the samples in a file too. */
class MemoryWatch(file: Path) {
  private val samples = mutable.ArrayBuffer.empty[MemorySample]

  /** Has the process collect its garbage first. A process that ends meanwhile gives no sample. */
  def sample(second: Int, role: String, pid: Long): Unit = for {
    heap <- Try(liveBytes(pid))
    resident <- Try(residentBytes(pid))
  } {
    samples += MemorySample(second, role, pid, resident, heap)
    Files.writeString(file, s"$second,$role,$pid,$resident,$heap\n", CREATE, APPEND)
  }

  /** The total of a histogram of live objects; asking for it makes the JVM collect. */
  private def liveBytes(pid: Long): Long = {
    val jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString
    val histogram = Seq(jcmd, pid.toString, "GC.class_histogram").!!(ProcessLogger(_ => ()))
    histogram.linesIterator.filter(_.startsWith("Total")).toSeq.last.split("\\s+")(2).toLong
  }

  private def residentBytes(pid: Long): Long = {
    val status = Files.readAllLines(Path.of(s"/proc/$pid/status")).asScala
    status.find(_.startsWith("VmRSS:")).get.filter(_.isDigit).toLong * 1024
  }

  /** The samples of the process of this role that was watched for longest. */
  def longest(role: String): MemoryOfLife = MemoryOfLife(
    samples.filter(_.role == role).groupBy(_.pid).values.maxBy(_.size).sortBy(_.second).toSeq
  )
}

/** What one process held from its first sample to its last. Its first quarter does not count: there
  * classes are loaded and code is compiled.
  */
case class MemoryOfLife(samples: Seq[MemorySample]) {
  def seconds: Int = samples.last.second - samples.head.second

  /** Of the second and of the last quarter the least, in bytes. What a process has in hand comes
    * and goes by a third of its heap, with its waves; what is never given back is there at the
    * quietest moment too.
    */
  def leasts(of: MemorySample => Long): (Long, Long) = {
    val quarter = math.max(samples.size / 4, 1)
    (
      samples.slice(quarter, 2 * quarter).padTo(1, samples.last).map(of).min,
      samples.takeRight(quarter).map(of).min
    )
  }
}
