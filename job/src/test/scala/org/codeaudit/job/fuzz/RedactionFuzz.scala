package org.codeaudit.job.fuzz

import org.codeaudit.finding.SecretRedactor

/** Every secret that is planted is gone, wherever; all outside of the marks stays, and the lines of
  * all but private keys; and what was redacted stays as it is when it is redacted again.
  *
  * An input is a text in which the characters 1 to 8 and 14 to 21 stand for lines with a secret.
  */
object RedactionFuzz extends FuzzTarget {
  private val Mark = "\\[redacted:[a-z-]+]"

  /** Put together here so that no scanner takes this file for a leak. */
  private val planted: Seq[(String, String)] = Seq(
    "id = %s;" -> ("AKIA" + "Q3ZT" * 4),
    "x('%s')" -> ("ghp_" + "a1B2" * 9),
    "a %s b" -> ("glpat-" + "a1-B" * 5),
    "postgres://app:%s@db:5432/x" -> "s3cr$t9q",
    "password = \"%s\";" -> "hunter2zq",
    "export DB_PASSWORD=%s" -> "letmein7k",
    "apiKey: \"%s\"" -> "9f8e7d6c5b4a39281706f5e4d3c2b1a0",
    "Authorization: Bearer %s" -> "abcdefGH12345678.xyz",
    "<password>%s</password>" -> "op3nsesame",
    "curl -u me:%s https://h/" -> "p4ssfr4se",
    "k = '%s'" -> s"eyJ${"hbGci" * 4}.eyJ${"zdWIi" * 4}.${"x_Y-" * 6}",
    "os.environ[\"DB_PASSWORD\"] = \"%s\"" -> "wint3rtide",
    "f --password %s" -> "aut0mn4l",
    "CREATE USER u IDENTIFIED BY '%s';" -> "spr1ngt1me",
    "%s" -> s"-----BEGIN RSA PRIVATE${" "}KEY-----\nMIIE${"aB3+" * 12}\n-----END RSA PRIVATE KEY-----",
    "_authToken=%s" -> "q8WzX3nB5vC7mK1j"
  )

  override def name: String = "redaction"

  override def check(input: Array[Byte]): Unit = {
    val raw = FuzzTarget.text(input)
    val used = planted.indices.filter(i => raw.indexOf(sign(i)) >= 0)
    val secrets = used.map(planted(_)._2).filterNot(raw.contains)
    val text = used.foldLeft(raw) { (text, i) =>
      text.replace(sign(i).toString, "\n" + planted(i)._1.replace("%s", planted(i)._2) + "\n")
    }
    val redacted = SecretRedactor.SHAPES.redact(text)
    secrets.foreach(secret => assert(!redacted.contains(secret), s"$secret is left"))
    assert(SecretRedactor.SHAPES.redact(redacted) == redacted, "the second time is not the same")
    keeps(text, redacted)
    val knowing = SecretRedactor.knowing(text)
    secrets.filterNot(_.contains('\n')).foreach { secret =>
      assert(!knowing.redact(s"It has $secret there.").contains(secret), s"$secret is repeated")
    }
  }

  private def sign(number: Int): Char = ((if (number < 8) 1 else 6) + number).toChar

  private def keeps(text: String, redacted: String): Unit = {
    val parts = redacted.split(Mark, -1)
    assert(text.startsWith(parts.head) && text.endsWith(parts.last), "an end is lost")
    parts.tail.foldLeft(parts.head.length) { (from, part) =>
      val at = if (part.isEmpty) from + 1 else text.indexOf(part, from + 1)
      assert(at >= 0, "something else is lost")
      at + part.length
    }
    val keys = redacted.contains("[redacted:private-key]")
    assert(keys || redacted.count(_ == '\n') == text.count(_ == '\n'), "lines are lost")
  }
}
