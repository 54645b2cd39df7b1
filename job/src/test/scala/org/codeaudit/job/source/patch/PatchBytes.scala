package org.codeaudit.job.source.patch

import java.io.ByteArrayInputStream

import scala.jdk.CollectionConverters._

import org.apache.spark.sql.Row
import org.codeaudit.job.source.row.ChangeRow

/** The rows of a patch file that is given as bytes. */
object PatchBytes {
  private val mostCharacters = 1 << 20

  def rows(file: Array[Byte]): Seq[Row] = {
    val lines = new PatchLines(new ByteArrayInputStream(file), mostCharacters)
    ChangeRow
      .toRows(new PatchRows(lines, "a.patch", "repository", mostCharacters))
      .asScala
      .toSeq
  }
}
