package org.codeaudit.checkpoint

import java.nio.FloatBuffer
import java.nio.file.{Files, Path}

import scala.jdk.CollectionConverters._
import scala.util.Random

import org.codeaudit.AuditException
import org.codeaudit.checkpoint.gguf.GgufFile
import org.codeaudit.checkpoint.safetensors.SafetensorsHeader
import org.codeaudit.checkpoint.SmallModels._
import org.scalatest.funsuite.AnyFunSuite

/** Cuts and changes valid files at many places: each opens or is one clear error. */
class DamagedCheckpointSuite extends AnyFunSuite {
  private val seed = 20250101L

  private val threads = java.lang.management.ManagementFactory.getThreadMXBean
    .asInstanceOf[com.sun.management.ThreadMXBean]

  /** As `opens`, and no lie of the header makes this thread allocate much. */
  private def survives(path: Path): Boolean = {
    val before = threads.getThreadAllocatedBytes(Thread.currentThread.getId)
    val opened = opens(path)
    val allocated = threads.getThreadAllocatedBytes(Thread.currentThread.getId) - before
    assert(allocated < (32L << 20), "bytes allocated")
    opened
  }

  /** Opens, reads everything; true if it worked, false if it was refused. Anything else fails. */
  private def opens(path: Path): Boolean =
    try {
      val checkpoint = Checkpoints.open(path)
      try {
        checkpoint.tensors.values.asScala.foreach { tensor =>
          if (tensor.elements <= 100000 && !tensor.shape.isEmpty)
            checkpoint.read(
              tensor,
              0,
              tensor.shape.get(0),
              FloatBuffer.allocate(tensor.elements.toInt)
            )
          if (tensor.elements <= 100000) checkpoint.quantized(tensor)
        }
        checkpoint.revision
        checkpoint.tokenizer
        true
      } finally checkpoint.close()
    } catch { case _: AuditException => false }

  private def damage(name: String, file: Path, valid: Array[Byte], headerBytes: Int): Unit = {
    val random = new Random(seed)
    Files.write(file, valid)
    test(s"$name: cut anywhere, it is refused") {
      val cuts = (0 until 64) ++ Seq.fill(150)(random.nextInt(headerBytes)) ++
        Seq.fill(50)(random.nextInt(valid.length))
      cuts.foreach { length =>
        Files.write(file, valid.take(length))
        assert(!survives(file.getParent), s"cut to $length bytes")
      }
    }

    test(s"$name: a pointer of Git LFS in its place is called one") {
      val pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:" + "0" * 64 +
        "\nsize 988097824\n"
      Files.write(file, pointer.getBytes)
      val error = intercept[AuditException](Checkpoints.open(file.getParent))
      assert(error.errorClass.name == "CHECKPOINT_NOT_PULLED")
      assert(error.getMessage.contains("git lfs pull"))
      assert(error.getMessage.contains(file.getFileName.toString))
    }

    test(s"$name: bytes of the header changed, it opens or is refused") {
      val outcomes = (0 until 1500).map { _ =>
        val bytes = valid.clone
        (0 to random.nextInt(3)).foreach { _ =>
          bytes(random.nextInt(headerBytes)) =
            Seq[Byte](0, -1, 127, -128, 1, random.nextInt(256).toByte)(random.nextInt(6))
        }
        Files.write(file, bytes)
        survives(file.getParent)
      }
      assert(outcomes.contains(false))
    }
  }

  private val safetensors = folder("tokenizer.json" -> "{}".getBytes)
  damage(
    "safetensors",
    safetensors.resolve("model.safetensors"),
    SafetensorsBytes.file(entries()),
    8 + SafetensorsBytes.file(entries()).indexOf('}'.toByte, 1500)
  )

  private val fused = folder(
    "tokenizer.json" -> "{}".getBytes,
    "config.json" -> configWith(phi3: _*),
    "model.safetensors" -> SafetensorsBytes.file(fusedEntries)
  )
  damage(
    "fused projections",
    fused.resolve("model.safetensors"),
    SafetensorsBytes.file(fusedEntries),
    SafetensorsHeader.bytesBeforeData(fused.resolve("model.safetensors")).toInt
  )

  private val ggufPath = ggufFile(gguf())
  damage("GGUF", ggufPath, gguf(), GgufFile.read(ggufPath).dataOffset.toInt)

  private val described =
    folder("tokenizer.json" -> "{}".getBytes, "config.json" -> config.getBytes)
  damage("config.json", described.resolve("config.json"), config.getBytes, config.length)

  for (
    (name, settings, weights) <- Seq(
      ("GPTQ", QuantizedBytes.gptq, QuantizedBytes.packedEntries),
      ("NF4", QuantizedBytes.nf4, QuantizedBytes.normalFloatEntries)
    )
  ) {
    val path = QuantizedBytes.checkpoint(settings, weights, "tokenizer.json" -> "{}".getBytes)
    val bytes = SafetensorsBytes.file(weights)
    val header = SafetensorsHeader.bytesBeforeData(path.resolve("model.safetensors")).toInt
    damage(name, path.resolve("model.safetensors"), bytes, header)
    val other = QuantizedBytes.checkpoint(settings, weights, "tokenizer.json" -> "{}".getBytes)
    val described = Files.readAllBytes(other.resolve("config.json"))
    damage(s"config.json of $name", other.resolve("config.json"), described, described.length)
  }
}
