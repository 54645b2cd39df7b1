package org.codeaudit.checkpoint.file
import java.nio.file.{Files, Path}

import org.codeaudit.AuditException
import org.codeaudit.checkpoint.Checkpoints
import org.codeaudit.checkpoint.SmallModels._
import org.scalatest.funsuite.AnyFunSuite

/** What a clone without its large files, or a download without permission, leaves behind. */
class StandInSuite extends AnyFunSuite {
  private val pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:" + "0" * 64 +
    "\nsize 988097824\n"

  private val standIns = Seq(
    ("a pointer of Git LFS", pointer, "CHECKPOINT_NOT_PULLED", "`git lfs pull`"),
    (
      "a pointer of the first Git LFS",
      pointer.replace("git-lfs.github", "hawser.github"),
      "CHECKPOINT_NOT_PULLED",
      "`git lfs pull`"
    ),
    (
      "a web page",
      "\n<!DOCTYPE html><html>Access to model is restricted</html>",
      "CHECKPOINT_WEB_PAGE",
      "with a token"
    ),
    (
      "a store's refusal",
      "<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>",
      "CHECKPOINT_WEB_PAGE",
      "with a token"
    )
  )

  private val named = "{\"eos_token\":\"<|im_end|>\"}".getBytes

  private def sharded: Path = {
    val weights = entries().map(entry => s""""${entry.name}":"model-1.safetensors"""")
    val index = weights.mkString("""{"weight_map":{""", ",", "}}")
    val made = folder("model.safetensors.index.json" -> index.getBytes)
    Files.move(made.resolve("model.safetensors"), made.resolve("model-1.safetensors"))
  }.getParent

  private val folders = Seq[(String, () => Path)](
    "config.json" -> (() => folder()),
    "model.safetensors" -> (() => folder()),
    "model.safetensors.index.json" -> (() => sharded),
    "model-1.safetensors" -> (() => sharded),
    "tokenizer.json" -> (() => folder()),
    // the end token's id is looked for in tokenizer.json
    "tokenizer.json" -> (() => folder("tokenizer_config.json" -> named)),
    "tokenizer_config.json" -> (() => folder()),
    "special_tokens_map.json" -> (() => folder()),
    "generation_config.json" -> (() => folder()),
    "quantize_config.json" -> (() => folder()),
    "chat_template.jinja" -> (() => folder("tokenizer.json" -> "{}".getBytes)),
    "model.gguf" -> (() => ggufFile(gguf()).getParent)
  )

  for {
    (what, text, errorClass, fix) <- standIns
    ((name, made), place) <- folders.zipWithIndex
  } test(s"$what in the place of $name is called one ($place)") {
    val folder = made()
    Files.writeString(folder.resolve(name), text)
    val error = intercept[AuditException] {
      val checkpoint = Checkpoints.open(folder)
      try checkpoint.tokenizer
      finally checkpoint.close()
    }
    assert(error.errorClass.name === errorClass, error.getMessage)
    assert(error.getMessage.contains(folder.resolve(name).toString))
    assert(error.getMessage.contains(fix))
    assert(!error.getMessage.contains("restricted"), "the file's own words are not quoted")
  }
}
