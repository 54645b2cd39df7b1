package org.codeaudit.job.source

import scala.jdk.CollectionConverters._
import org.codeaudit.change.{Line, UnifiedDiffParser}

/** Applies hunks to a text as `patch` does without fuzz, by the old side's line numbers. */
object HunkApplication {
  def apply(before: String, diff: String): Seq[String] = {
    val old = before.linesIterator.toVector
    var position = 0
    val result = Vector.newBuilder[String]
    for (hunk <- UnifiedDiffParser.hunks(diff).asScala; line <- hunk.lines.asScala) {
      if (line.kind != Line.Kind.ADDED) {
        result ++= old.slice(position, line.oldNumber - 1)
        require(old(line.oldNumber - 1) == line.text, s"line ${line.oldNumber} differs")
        position = line.oldNumber
      } else if (hunk.oldCount == 0) {
        result ++= old.slice(position, hunk.oldStart)
        position = hunk.oldStart max position
      }
      if (line.kind != Line.Kind.REMOVED) result += line.text
    }
    result ++= old.drop(position)
    result.result()
  }
}
