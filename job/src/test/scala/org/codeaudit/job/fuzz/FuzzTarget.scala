package org.codeaudit.job.fuzz

import java.nio.charset.StandardCharsets.UTF_8
import java.nio.file.{Files, Path}
import java.util.concurrent.ConcurrentHashMap

import org.codeaudit.{AuditException, ErrorClass}

/** Something that reads what others wrote, with what holds whatever they write. */
trait FuzzTarget {

  /** The folder of its corpus, and the file of its dictionary, in `data/fuzz`. */
  def name: String

  /** Fails if the property does not hold for an input. */
  def check(input: Array[Byte]): Unit

  /** The most bytes that one input may have allocated. */
  def mostAllocated: Long = 64L << 20

  /** The entry that the fuzzer calls. */
  final def fuzzerTestOneInput(input: Array[Byte]): Unit = check(input)
}

object FuzzTarget {
  val all: Seq[FuzzTarget] = Seq(
    CodeFuzz,
    DiffFuzz,
    FindingsFuzz,
    GgufFuzz,
    GrammarFuzz,
    MailboxFuzz,
    RedactionFuzz,
    RulesFuzz,
    SafetensorsFuzz,
    SarifFuzz,
    TemplateFuzz,
    TokenizerFuzz
  )

  def text(input: Array[Byte]): String = new String(input, UTF_8)

  /** What was read; nothing if it was refused with an error of these classes, fit to be shown. */
  def unlessRefused[A](classes: ErrorClass => Boolean)(read: => A): Option[A] =
    try Some(read)
    catch {
      case refused: AuditException =>
        assert(classes(refused.errorClass), s"not an error for this: $refused")
        showable(refused.getMessage)
        None
    }

  /** A message is one paragraph, and no file decides how long it is or what a terminal does. */
  def showable(message: String): Unit = {
    assert(message.length < 10000, s"a message of ${message.length} characters")
    val control = message.indexWhere(Character.isISOControl(_))
    assert(control < 0, s"the control character ${message.lift(control).map(_.toInt)} in a message")
  }

  /** Reads an input as a file. */
  def withFile[A](input: Array[Byte], ending: String)(read: Path => A): A =
    read(Files.write(files.computeIfAbsent(ending, temporary(_)), input))

  private val files = new ConcurrentHashMap[String, Path]

  private def temporary(ending: String): Path = {
    val file = Files.createTempFile("fuzz", ending)
    file.toFile.deleteOnExit()
    file
  }
}
