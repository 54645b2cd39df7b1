package org.codeaudit.job.fuzz

import java.nio.file.Files

import scala.jdk.CollectionConverters._

import org.codeaudit.ErrorClass.Concern
import org.codeaudit.checkpoint.safetensors.SafetensorsHeader

/** A header is refused, or all its tensors lie in the file, behind it and apart. */
object SafetensorsFuzz extends FuzzTarget {
  override def name: String = "safetensors"

  override def check(input: Array[Byte]): Unit = FuzzTarget.withFile(input, ".safetensors") {
    file =>
      FuzzTarget.unlessRefused(_.concern == Concern.MODEL)(SafetensorsHeader.read(file)).foreach {
        tensors =>
          val header = SafetensorsHeader.bytesBeforeData(file)
          Tensors.check(tensors.values.asScala.toSeq, header, Files.size(file))
          tensors.forEach((name, tensor) => assert(name == tensor.name))
      }
  }
}
