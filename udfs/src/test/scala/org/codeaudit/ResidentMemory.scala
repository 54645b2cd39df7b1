package org.codeaudit
import java.nio.file.{Files, Path}

import org.scalatest.Informing

import scala.jdk.CollectionConverters._

/** What this process holds in memory, and what some work adds to it. */
trait ResidentMemory { this: Informing =>

  /** Kilobytes that it holds now.
    *
    * @param kind
    *   as Linux calls it: all of it, or only what files back or what none backs (`RssFile`,
    *   `RssAnon`)
    */
  protected def residentKilobytes(kind: String = "VmRSS"): Int = {
    System.gc()
    val status = Files.readAllLines(Path.of("/proc/self/status")).asScala
    status.find(_.startsWith(s"$kind:")).get.filter(_.isDigit).toInt
  }

  /** Kilobytes that some work adds to this process. What leaks does so every time; the heap, which
    * other suites of this process have used too, grows and shrinks when it likes: so the least of
    * some measurements counts.
    */
  protected def leastGrowth(what: String, limit: Int)(work: => Unit): Int = {
    var least = Int.MaxValue
    var measurements = 0
    while (least >= limit && measurements < 3) {
      val warm = residentKilobytes()
      work
      val grown = residentKilobytes() - warm
      info(s"$what: $grown kB more than $warm kB")
      least = math.min(least, grown)
      measurements += 1
    }
    least
  }
}
