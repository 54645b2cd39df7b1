package org.codeaudit.checkpoint

import java.nio.ShortBuffer
import java.nio.file.{Files, Path}
import org.codeaudit.{AuditException, Folders}
import org.codeaudit.checkpoint.safetensors.SeededNumbers
import org.codeaudit.checkpoint.tensor.TensorType
import org.codeaudit.token.BpeTokenizer
import org.scalatest.funsuite.AnyFunSuite
import scala.jdk.CollectionConverters._

class SyntheticCheckpointSuite extends AnyFunSuite {

  private def write(seed: Long)(use: Path => Unit): Unit = Folders.temporary("synthetic") {
    folder =>
      SyntheticCheckpoint.ofShape("tiny").write(folder, seed)
      use(folder)
  }

  test("a synthetic checkpoint is opened like any other") {
    write(1) { folder =>
      val checkpoint = Checkpoints.open(folder)
      try {
        assert(checkpoint.format == "safetensors" && checkpoint.config.layers == 2)
        assert(checkpoint.tensors.values.asScala.forall(_.`type` == TensorType.BF16))
        val bytes = checkpoint.tensors.values.stream.mapToLong(_.bytes).sum
        assert(bytes == SyntheticCheckpoint.ofShape("tiny").bytes)
        assert(checkpoint.tensors.values.asScala.forall(_.offset % 8 == 0))
        assert(checkpoint.generationDefaults.endTokens.asScala.toSet == Set(256, 258))
      } finally checkpoint.close()
    }
  }

  test("the same seed gives the same bytes, and another seed others") {
    write(1) { first =>
      write(1) { same =>
        write(2) { other =>
          val files = Files.list(first).iterator.asScala.map(_.getFileName).toSeq
          assert(files.length == 5)
          for (file <- files)
            assert(Files.mismatch(first.resolve(file), same.resolve(file)) == -1, file)
          val weights = Path.of("model.safetensors")
          assert(Files.mismatch(first.resolve(weights), other.resolve(weights)) > 0)
        }
      }
    }
  }

  test("projections keep the variance of their input, norms are near one, no two tensors agree") {
    write(1) { folder =>
      val checkpoint = Checkpoints.open(folder)
      try {
        val seen = scala.collection.mutable.Set.empty[Seq[Float]]
        for (tensor <- checkpoint.tensors.values.asScala) {
          val values = SmallModels.read(checkpoint, tensor.name)
          val mean = values.map(_.toDouble).sum / values.length
          val deviation = math.sqrt(values.map(v => (v - mean) * (v - mean)).sum / values.length)
          val matrix = tensor.shape.size == 2
          val expected = if (matrix) 1 / math.sqrt(tensor.shape.get(1).doubleValue) else 0.02
          val sure = 5 * expected / math.sqrt(values.length.toDouble)
          assert(math.abs(mean - (if (matrix) 0 else 1)) < sure + 1e-3, tensor.name)
          assert(math.abs(deviation - expected) < 2 * sure, tensor.name)
          assert(values.forall(v => math.abs(v - mean) < 4 * expected), tensor.name)
          assert(seen.add(values.take(64).toSeq), tensor.name)
        }
      } finally checkpoint.close()
    }
  }

  test("any part of a tensor can be made by itself") {
    val numbers = new SeededNumbers(0, 1)
    val whole = new Array[Short](1000)
    numbers.fill(7, 0, ShortBuffer.wrap(whole))
    for ((first, count) <- Seq((0, 1), (1, 999), (500, 20))) {
      val part = new Array[Short](count)
      numbers.fill(7, first, ShortBuffer.wrap(part))
      assert(part.toSeq == whole.slice(first, first + count).toSeq)
    }
    assert(SeededNumbers.seed(1, "a") != SeededNumbers.seed(1, "b"))
    assert(SeededNumbers.seed(1, "a") != SeededNumbers.seed(2, "a"))
  }

  test("its tokenizer makes a token of every byte and reads all of them back") {
    write(1) { folder =>
      val checkpoint = Checkpoints.open(folder)
      try {
        val tokenizer = BpeTokenizer.parse(checkpoint.tokenizer.tokenizerJson)
        val text = "if (x) { return \"é\"; }\n"
        val ids = tokenizer.encode(text)
        assert(ids.length == text.getBytes("UTF-8").length && ids.forall(_ < 256))
        assert(tokenizer.decode(ids) == text)
      } finally checkpoint.close()
    }
  }

  test("the shapes are those of the published models") {
    // bytes of the published safetensors files, less their headers; qwen3-0.6b without the
    // projection that the published file holds twice
    for ((shape, bytes) <- Seq("qwen2.5-coder-0.5b" -> 988065536L, "qwen3-0.6b" -> 1192099840L))
      assert(SyntheticCheckpoint.ofShape(shape).bytes == bytes)
  }

  test("mixtures of experts and delta rules have shapes of one to two gigabytes too") {
    for ((shape, family) <- Seq("qwen3-moe-small" -> 1.58e9, "qwen3-next-small" -> 1.7e9)) {
      val bytes = SyntheticCheckpoint.ofShape(shape).bytes
      assert(math.abs(bytes - family) < 0.1e9, shape)
    }
  }

  test("a configuration of no known model is refused") {
    val error = intercept[AuditException](
      SyntheticCheckpoint.of("""{"architectures": ["MambaForCausalLM"]}""")
    )
    assert(error.errorClass.name == "CHECKPOINT_UNSUPPORTED")
    intercept[AuditException](SyntheticCheckpoint.of("no JSON"))
    intercept[IllegalArgumentException](SyntheticCheckpoint.ofShape("gpt-2"))
  }
}
