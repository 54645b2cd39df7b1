package org.codeaudit.prompt

import java.util.Optional

import scala.jdk.CollectionConverters._
import org.codeaudit.change.{ChangeKind, FileChange, Hunk, Line}

/** Changes for suites, written as diffs and files are. */
object Changes {
  private val Header = """@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@ ?(.*)""".r

  /** A modified file from hunks in diff notation, margin stripped. */
  def diff(text: String, content: Option[String] = None, path: String = "src/A.java"): FileChange =
    change(ChangeKind.MODIFIED, path, hunks(text.stripMargin.linesIterator.toList), content)

  /** A whole file. */
  def file(content: String, path: String = "src/A.java"): FileChange =
    change(ChangeKind.FILE, path, Nil, Some(content))

  /** A hunk of lines in diff notation that starts at these numbers. */
  def hunk(oldStart: Int, newStart: Int, section: String, lines: Seq[String]): Hunk = {
    var (before, after) = (oldStart, newStart)
    val parsed = lines.map { line =>
      val text = line.drop(1)
      line.headOption match {
        case Some('+') => after += 1; new Line(Line.Kind.ADDED, text, 0, after - 1)
        case Some('-') => before += 1; new Line(Line.Kind.REMOVED, text, before - 1, 0)
        case _         =>
          before += 1; after += 1
          new Line(Line.Kind.CONTEXT, text, before - 1, after - 1)
      }
    }
    new Hunk(oldStart, before - oldStart, newStart, after - newStart, section, parsed.asJava)
  }

  def change(
      kind: ChangeKind,
      path: String,
      hunks: Seq[Hunk],
      content: Option[String]
  ): FileChange =
    new FileChange(
      path,
      Optional.empty(),
      Optional.of("java"),
      kind,
      hunks.asJava,
      Optional.ofNullable(content.orNull)
    )

  private def hunks(lines: List[String]): List[Hunk] = lines match {
    case Header(before, after, section) :: rest =>
      val (body, others) = rest.span(!_.startsWith("@@"))
      hunk(before.toInt, after.toInt, section, body) :: hunks(others)
    case Nil   => Nil
    case other => throw new IllegalArgumentException(s"not a hunk: ${other.head}")
  }
}
