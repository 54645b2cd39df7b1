package org.codeaudit.job.fuzz

import scala.jdk.CollectionConverters._

import org.codeaudit.code.{AnswerCode, CodeBlock, CodeBlocks}

/** The blocks of an answer have its lines in order, less indentation; closing an answer closes it
  * for good and changes no block.
  */
object CodeFuzz extends FuzzTarget {
  override def name: String = "code"

  override def check(input: Array[Byte]): Unit = {
    val answer = FuzzTarget.text(input)
    val blocks = CodeBlocks.extract(answer).asScala.toSeq
    blocks.foldLeft(answer.lines.iterator.asScala)(stands)
    assert(blocks.dropRight(1).forall(_.closed), "an open block is not the last")
    val closed = AnswerCode.closed(answer)
    val same = CodeBlocks.extract(closed).asScala.toSeq
    assert(AnswerCode.closed(closed) == closed && same.forall(_.closed), "still open")
    assert(same.map(_.code.stripTrailing) == blocks.map(_.code.stripTrailing), "changed")
    val judged = AnswerCode.of(answer)
    assert(judged.main.isPresent != judged.blocks.isEmpty, "no main block")
  }

  /** What is left of the answer behind a block. */
  private def stands(left: Iterator[String], block: CodeBlock): Iterator[String] = {
    if (!block.code.isEmpty) block.code.split("\n", -1).foreach { line =>
      assert(left.exists(_.endsWith(line)), "a line that the answer does not have")
    }
    left
  }
}
