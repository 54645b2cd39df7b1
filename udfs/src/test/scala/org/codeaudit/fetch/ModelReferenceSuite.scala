package org.codeaudit.fetch

import java.nio.file.Path
import java.util.Optional
import org.codeaudit.AuditException
import org.codeaudit.fetch.ModelReference.{Hadoop, Hub, Local, Named}
import org.scalatest.funsuite.AnyFunSuite

class ModelReferenceSuite extends AnyFunSuite {
  private val none = Optional.empty[String]()
  private val sha256 = "0123456789abcdef" * 4
  private val commit = "0123456789abcdef0123456789abcdef01234567"

  private val read: Seq[(String, ModelReference)] = Seq(
    "models/Qwen3-8B" -> new Local(Path.of("models/Qwen3-8B")),
    "/models/a b.gguf" -> new Local(Path.of("/models/a b.gguf")),
    "Qwen/Qwen3-8B" -> new Local(Path.of("Qwen/Qwen3-8B")),
    "file:///models/x" -> new Local(Path.of("/models/x")),
    "file:/models/a%20b" -> new Local(Path.of("/models/a b")),
    "hf:Qwen/Qwen3-8B" -> new Hub("Qwen", "Qwen3-8B", "main", none),
    "hf:Qwen/Qwen3-8B@v1.0" -> new Hub("Qwen", "Qwen3-8B", "v1.0", none),
    "hf:a/b@refs/pr/1" -> new Hub("a", "b", "refs/pr/1", none),
    s"hf:a/b@$commit:c.gguf" -> new Hub("a", "b", commit, Optional.of("c.gguf")),
    "hf:a/b:c.Q4_1.gguf" -> new Hub("a", "b", "main", Optional.of("c.Q4_1.gguf")),
    "hdfs://node:8020/models/x" -> new Hadoop("hdfs://node:8020/models/x", none),
    "hdfs:/models/x" -> new Hadoop("hdfs:/models/x", none),
    "s3a://bucket/x#0123456789abcdef" ->
      new Hadoop("s3a://bucket/x", Optional.of("0123456789abcdef")),
    "s3a://bucket/x#y" -> new Hadoop("s3a://bucket/x#y", none),
    "qwen2.5-coder-1.5b" -> new Named("qwen2.5-coder-1.5b", none),
    "Qwen2.5-Coder-0.5B-Instruct" -> new Named("qwen2.5-coder-0.5b", none),
    "SMOLLM2" -> new Named("smollm2", none),
    s"smollm2@$sha256" -> new Named("smollm2", Optional.of(sha256)),
    s"of-a-later-version@$sha256" -> new Named("of-a-later-version", Optional.of(sha256)),
    "./smollm2" -> new Local(Path.of("./smollm2")),
    "smollm2@main" -> new Local(Path.of("smollm2@main")),
    "smollm2.gguf" -> new Local(Path.of("smollm2.gguf"))
  )

  for ((text, expected) <- read)
    test(s"$text is read, and what is read is read again the same") {
      assert(ModelReference.parse(text) === expected)
      assert(ModelReference.parse(expected.toString) === expected)
    }

  test("a commit, a listing and a SHA-256 pin a model; a branch, a folder and a name do not") {
    val pinned = Seq("/x", s"hf:a/b@$commit", "hdfs:/x#0123456789abcdef", s"smollm2@$sha256")
    val loose = Seq(
      "smollm2",
      "default",
      "hf:a/b",
      "hf:a/b@0123456",
      s"hf:a/b@${commit.toUpperCase}",
      "hdfs:/x"
    )
    assert(pinned.forall(ModelReference.parse(_).pinned))
    assert(!loose.exists(ModelReference.parse(_).pinned))
  }

  for (
    (text, expected) <- Seq(
      "hf:" -> "hf:organisation/name",
      "hf:Qwen3-8B" -> "hf:organisation/name",
      "hf://Qwen/Qwen3-8B" -> "hf:organisation/name",
      "HF:Qwen/Qwen3-8B" -> "hf:organisation/name",
      "hf:a/b/c" -> "hf:organisation/name",
      "hf:a/b@" -> "hf:organisation/name",
      "hf:a/b@../../c" -> "hf:organisation/name",
      "hf:a/..@main" -> "hf:organisation/name",
      "hf:a/b@main:../c.gguf" -> "hf:organisation/name",
      "https://huggingface.co/Qwen/Qwen3-8B/tree/main" -> "Write hf:Qwen/Qwen3-8B",
      "file://host/models" -> "file:///folder"
    )
  )
    test(s"$text is refused with the form that is right") {
      val error = intercept[AuditException](ModelReference.parse(text))
      assert(error.errorClass.name === "MODEL_REFERENCE")
      assert(error.getMessage.contains(expected))
    }

  test("a password in a URI is refused and not repeated") {
    val error = intercept[AuditException](ModelReference.parse("s3a://key:hush@bucket/x"))
    assert(error.errorClass.name === "MODEL_REFERENCE" && !error.getMessage.contains("hush"))
  }
}
