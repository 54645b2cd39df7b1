package org.codeaudit.job.fuzz

import scala.jdk.CollectionConverters._

import org.codeaudit.ErrorClass
import org.codeaudit.job.sarif.{SarifFile, SarifLog}

/** A log is refused, or says of every result what it reports or why it reports nothing; and nothing
  * of it is lost when it is written again.
  */
object SarifFuzz extends FuzzTarget {
  override def name: String = "sarif"

  override def check(input: Array[Byte]): Unit =
    FuzzTarget.withFile(input, ".sarif") { file =>
      FuzzTarget.unlessRefused(_ == ErrorClass.SARIF_UNREADABLE)(SarifLog.read(file)).foreach {
        log =>
          log.entries.asScala.foreach { entry =>
            assert(entry.result.isPresent == entry.nothing.isEmpty, "reports something and nothing")
            entry.result.ifPresent(result => assert(!result.file.isEmpty, "a result of no file"))
          }
          val again = FuzzTarget.withFile(SarifFile.bytes(log.tree), ".again.sarif")(SarifLog.read)
          assert(again.tree == log.tree, "what was written is not what was read")
      }
    }
}
