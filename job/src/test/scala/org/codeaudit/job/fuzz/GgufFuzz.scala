package org.codeaudit.job.fuzz

import java.nio.file.{Files, Path}

import scala.jdk.CollectionConverters._
import scala.util.Using

import org.codeaudit.ErrorClass.Concern
import org.codeaudit.checkpoint.Checkpoints
import org.codeaudit.checkpoint.gguf.GgufFile

/** A file is refused, or all its tensors lie in it, behind the header and apart; the same of the
  * model that it describes, and of its tokenizer.
  */
object GgufFuzz extends FuzzTarget {
  override def name: String = "gguf"

  override def check(input: Array[Byte]): Unit =
    FuzzTarget.withFile(input, ".gguf") { file =>
      FuzzTarget.unlessRefused(_.concern == Concern.MODEL)(GgufFile.read(file)).foreach { header =>
        Tensors.check(header.tensors.asScala.toSeq, header.dataOffset, Files.size(file))
        FuzzTarget.unlessRefused(_.concern == Concern.MODEL)(open(file))
      }
    }

  private def open(file: Path): Unit =
    Using.resource(Checkpoints.open(file)) { checkpoint =>
      assert(checkpoint.config.vocabularySize >= 1)
      checkpoint.generationDefaults.endTokens.forEach(id => assert(id >= 0))
      assert(!checkpoint.tokenizer.tokenizerJson.isEmpty)
    }
}
