package org.codeaudit.job.fuzz

import java.util.Optional

import scala.jdk.CollectionConverters._

import org.codeaudit.change.{FilePatch, Hunk, Line, UnifiedDiffParser}

/** Every part of a patch is a diff, a reason or an error; a diff has the lines of the patch, in
  * order and as many as its headers say, numbered one after the other.
  */
object DiffFuzz extends FuzzTarget {
  private val smallLimit = 80L

  override def name: String = "diff"

  override def check(input: Array[Byte]): Unit = check(FuzzTarget.text(input))

  private def check(patch: String): Unit = {
    val files = UnifiedDiffParser.parse(patch, "fuzz.patch").asScala.toSeq
    val lines = UnifiedDiffParser.lines(patch).asScala.toIndexedSeq
    assert(files.map(_.line) == files.map(_.line).sorted, "parts are out of order")
    files.foreach(check(_, lines))
    UnifiedDiffParser.parse(patch, "fuzz.patch", Optional.of("x.c")).forEach(named)
    val limited = new UnifiedDiffParser(UnifiedDiffParser.lines(patch), "fuzz.patch", smallLimit)
    limited.asScala.toSeq.zipAll(files, null, null).foreach { case (small, whole) =>
      assert(small != null && whole != null, "a limit changes which files there are")
      val kept = small.diff == whole.diff || small.diffCharacters > smallLimit
      assert(kept && small.path == whole.path, "a limit changes what is below it")
    }
  }

  private def named(file: FilePatch): Unit =
    assert(file.error.isPresent || !file.path.isEmpty, "a file without a path")

  private def check(file: FilePatch, lines: IndexedSeq[String]): Unit = {
    file.error.ifPresent(error => FuzzTarget.showable(error.getMessage))
    assert(file.line >= 1 && file.line <= lines.size, "a part begins outside of the patch")
    assert(file.diff.isEmpty || file.error.isEmpty, "a diff and an error")
    assert(!file.diff.isEmpty || file.error.isPresent || file.skipReason.isPresent, "neither")
    assert(file.error.isPresent || file.diffCharacters == file.diff.length)
    named(file)
    if (!file.diff.isEmpty) {
      file.hunks.forEach(numbered(_))
      stands(file, lines)
    }
  }

  private def numbered(hunk: Hunk): Unit = {
    val (old, new_) = (
      hunk.lines.asScala.filter(_.kind != Line.Kind.ADDED).map(_.oldNumber),
      hunk.lines.asScala.filter(_.kind != Line.Kind.REMOVED).map(_.newNumber)
    )
    assert(old == (hunk.oldStart until hunk.oldStart + hunk.oldCount), "numbers of the old side")
    assert(new_ == (hunk.newStart until hunk.newStart + hunk.newCount), "numbers of the new side")
  }

  /** The lines of a diff stand in the patch behind its header, with nothing left out. */
  private def stands(file: FilePatch, lines: IndexedSeq[String]): Unit = {
    val diff = UnifiedDiffParser.lines(file.diff).asScala.toSeq
    val begin = lines.indexWhere(line => line.stripSuffix("\r") == diff.head, file.line - 1)
    assert(begin >= 0, "the first hunk is not in the patch")
    val there = lines.slice(begin, begin + diff.size)
    // a last blank line that was cut off is made up
    val wanted = if (there.size < diff.size && diff.last.isEmpty) diff.init else diff
    assert(there.size == wanted.size, "the diff has more lines than the patch")
    val same = there.zip(wanted).forall { case (is, as) => is == as || is == as + "\r" }
    assert(same, "the diff has other lines than the patch")
  }
}
