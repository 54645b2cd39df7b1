package org.codeaudit.job.fuzz

import java.nio.charset.StandardCharsets.ISO_8859_1
import java.util.Base64

import org.apache.spark.sql.Row
import org.codeaudit.ErrorClass
import org.codeaudit.change.UnifiedDiffParser
import org.codeaudit.job.source.patch.PatchBytes

/** Every file becomes rows that the program did not fail over; and a patch sent by mail becomes the
  * same ones, whichever way the mail is encoded.
  */
object MailboxFuzz extends FuzzTarget {
  override def name: String = "mailbox"

  override def check(input: Array[Byte]): Unit = {
    val rows = PatchBytes.rows(input)
    assert(rows.nonEmpty, "a patch without a row")
    rows.foreach(check)
    val sent = PatchBytes.rows(mail("base64", base64(input)))
    val quoted = PatchBytes.rows(mail("quoted-printable", quotedPrintable(input)))
    assert(sent == quoted, "one mail in two encodings")
  }

  private def check(row: Row): Unit = {
    val error = Option(row.getAs[String]("error_class"))
    assert(!error.contains(ErrorClass.DIFF_UNREADABLE.columnValue), row.getAs[String](14))
    Option(row.getAs[String]("error_message")).foreach(FuzzTarget.showable)
    val states = Seq("diff", "skip_reason", "error_class").map(row.getAs[String](_))
    assert(states.count(_ != null) == 1, "a row is to be reviewed, skipped or failed")
    Option(row.getAs[String]("diff")).foreach { diff =>
      assert(!UnifiedDiffParser.hunks(diff).isEmpty, "a diff without hunks")
    }
  }

  private def mail(encoding: String, body: Array[Byte]): Array[Byte] =
    s"From: a@b.c\nContent-Transfer-Encoding: $encoding\n\n".getBytes(ISO_8859_1) ++ body

  private def base64(body: Array[Byte]): Array[Byte] = Base64.getMimeEncoder.encode(body)

  private def quotedPrintable(body: Array[Byte]): Array[Byte] = body
    .map(byte =>
      if (byte == '\n' || (byte < 128 && Character.isLetterOrDigit(byte.toInt)))
        byte.toChar.toString
      else f"=${byte & 0xff}%02X"
    )
    .mkString
    .getBytes(ISO_8859_1)
}
