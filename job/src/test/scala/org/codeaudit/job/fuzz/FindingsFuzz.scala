package org.codeaudit.job.fuzz

import scala.jdk.CollectionConverters._

import org.codeaudit.finding.{FindingParser, ParsedAnswer}

/** Every answer is read as far as it goes: findings lie in it one after the other, and stay where
  * they are when the rest is cut off.
  */
object FindingsFuzz extends FuzzTarget {
  override def name: String = "findings"

  override def check(input: Array[Byte]): Unit = {
    val answer = FuzzTarget.text(input)
    val parsed = FindingParser.parse(answer)
    val places = parsed.findings.asScala.toSeq.flatMap(finding => Seq(finding.start, finding.end))
    assert(places == places.sorted, "findings overlap")
    assert(parsed.read >= 0 && parsed.read <= answer.length, "read beyond the end")
    assert(places.forall(place => place >= 0 && place <= parsed.read), "a finding outside")
    parsed.findings.forEach { finding =>
      assert(answer(finding.start) == '{' && answer(finding.end - 1) == '}', "no object")
    }
    places.lastOption.foreach(end => cut(answer, parsed, end))
  }

  private def cut(answer: String, parsed: ParsedAnswer, end: Int): Unit = {
    val shorter = FindingParser.parse(answer.substring(0, end))
    assert(shorter.findings == parsed.findings, "a cut loses findings")
    assert(shorter.ending == ParsedAnswer.Ending.TRUNCATED, "a cut is not noticed")
  }
}
