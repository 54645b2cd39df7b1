package org.codeaudit.udf

import java.util.OptionalInt

import org.scalatest.funsuite.AnyFunSuite
import org.codeaudit.generate.request.{FinishReason, Generation, Timing}
import org.codeaudit.token.Tokenizer

class ConfidenceSuite extends AnyFunSuite {

  /** Token n stands for n bytes; touching anything else is a mistake. */
  private object Lengths extends Tokenizer {
    override def bytes(id: Int): Array[Byte] = new Array[Byte](id)
    override def encode(text: String): Array[Int] = fail("encode was called")
    override def decode(ids: Array[Int]): String = fail("decode was called")
    override def size(): Int = fail("size was called")
    override def isControl(id: Int): Boolean = fail("isControl was called")
    override def control(text: String): OptionalInt = fail("control was called")
    override def close(): Unit = fail("close was called")
  }

  private val timing = new Timing(0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 1)
  private val forced = Float.NaN

  private def confidence(tokens: (Int, Double)*) = new Confidence(
    new Generation(
      tokens.map(_._1).toArray,
      tokens.map { case (_, p) => if (p.isNaN) forced else math.log(p).toFloat }.toArray,
      "",
      FinishReason.COMPLETE,
      timing
    ),
    Lengths
  )

  // Bytes 0..2 forced, 2..5 chosen at 0.5, 5..6 chosen at 0.125, 6..10 forced, 10..12 chosen at 1.
  private val answer =
    confidence((2, Double.NaN), (3, 0.5), (1, 0.125), (4, Double.NaN), (2, 1.0))

  for (
    (what, begin, end, expected) <- Seq(
      ("one chosen token", 2, 5, 0.5),
      ("a token that overlaps the range by one byte", 4, 5, 0.5),
      ("the geometric mean of two", 2, 6, 0.25),
      ("forced tokens around do not count", 0, 10, 0.25),
      ("a certain choice", 10, 12, 1.0),
      ("all of it", 0, 12, math.cbrt(0.0625))
    )
  ) test(s"the confidence of $what is $expected") {
    assert(math.abs(answer.of(begin, end).getAsDouble - expected) < 1e-6)
  }

  test("a range without a choice has none") {
    assert(answer.of(0, 2).isEmpty)
    assert(answer.of(6, 10).isEmpty)
    assert(answer.of(12, 20).isEmpty)
  }
}
