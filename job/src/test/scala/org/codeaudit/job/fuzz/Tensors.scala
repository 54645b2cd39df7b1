package org.codeaudit.job.fuzz

import org.codeaudit.checkpoint.tensor.TensorInfo

/** Where tensors may lie. */
object Tensors {
  def check(tensors: Seq[TensorInfo], header: Long, file: Long): Unit = {
    tensors.foreach { tensor =>
      assert(tensor.offset >= header && tensor.bytes >= 0, s"$tensor lies in the header")
      assert(tensor.offset <= file && tensor.bytes <= file - tensor.offset, s"$tensor ends outside")
    }
    val filled = tensors.filter(_.bytes > 0).sortBy(_.offset)
    filled.zip(filled.drop(1)).foreach { case (one, next) =>
      assert(one.offset + one.bytes <= next.offset, s"$one and $next overlap")
    }
  }
}
