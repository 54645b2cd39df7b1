package org.codeaudit.job.command
import java.nio.file.{Files, Path}

import org.apache.spark.sql.SparkSession
import org.codeaudit.job.triage.Logs

/** Checkpoints that look fine until a prompt is made with them: no command starts with one. */
class BadCheckpointSuite extends CommandSuite {

  /** A golden checkpoint with one file exchanged or added. */
  private def checkpoint(name: String, text: String => String): String = {
    val copy = folder("checkpoint")
    val original = Path.of(golden("llama-tiny"))
    entries(original).foreach(file => Files.copy(original.resolve(file), copy.resolve(file)))
    val file = copy.resolve(name)
    Files.writeString(file, text(if (Files.exists(file)) Files.readString(file) else ""))
    copy.toString
  }

  private def otherTokenizer(name: String): String = {
    val copy = Path.of(checkpoint(name, _ => "x"))
    Files.delete(copy.resolve("tokenizer.json"))
    copy.toString
  }

  private val pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:" + "0" * 64 +
    "\nsize 7031645\n"
  private val page = "<!DOCTYPE html><html>Access to model is restricted</html>"
  private def template(text: String) = () => checkpoint("chat_template.jinja", _ => text)

  private val checkpoints = Seq[(String, () => String, String, String)](
    (
      "a tokenizer that falls back to bytes",
      () =>
        checkpoint(
          "tokenizer.json",
          { text =>
            val ours = "\"byte_fallback\": ?false".r
            assert(ours.findFirstIn(text).nonEmpty)
            ours.replaceFirstIn(text, "\"byte_fallback\":true")
          }
        ),
      "its model falls back to byte tokens, but it has another pre-tokenizer, Digits",
      "Use a checkpoint with such a tokenizer"
    ),
    (
      "a tokenizer in SentencePiece's format alone",
      () => otherTokenizer("tokenizer.model"),
      "There is no such file, only a tokenizer.model",
      "from transformers import AutoTokenizer"
    ),
    (
      "a tokenizer in Mistral's format alone",
      () => otherTokenizer("tekken.json"),
      "There is no such file, only a tekken.json",
      "convert_tekken_tokenizer"
    ),
    (
      "a web page in the place of its tokenizer",
      () => checkpoint("tokenizer.json", _ => page),
      "tokenizer.json cannot be used. It holds a web page",
      "Fetch the file again"
    ),
    (
      "a web page in the place of its configuration",
      () => checkpoint("config.json", _ => page),
      "config.json cannot be used. It holds a web page",
      "Fetch the file again"
    ),
    (
      "a pointer of Git LFS in the place of its tokenizer",
      () => checkpoint("tokenizer.json", _ => pointer),
      "It is a pointer of Git LFS",
      "git lfs pull"
    ),
    (
      "a template that does not parse",
      template("{% for m in messages %}{{ m.content }}{% endfor"),
      "The chat template cannot be read: Line 1",
      "edit its chat template"
    ),
    (
      "a template that refuses every row",
      template("{{ raise_exception('Ask somebody else') }}"),
      "It says: Ask somebody else",
      "edit its chat template"
    )
  )

  private lazy val code = {
    val source = folder("source")
    Files.writeString(source.resolve("a.py"), "print(1)\n")
    source.toString
  }

  private lazy val log =
    Logs.write(
      Logs.text(
        Logs.run(Seq(Logs.result("sqli", Logs.at("a.py", 1))), Seq(Logs.rule("sqli", "CWE-89")))
      )
    )

  private lazy val patch = samples.resolve("c-ring-peek.patch").toString

  private lazy val units = {
    val unit = """{"unit":"a","language":"java","path":"A.java","code":"int a;","labels":[]}"""
    Files.writeString(folder("set").resolve("units.jsonl"), unit + "\n").toString
  }

  private val commands = Seq[(String, () => Seq[String])](
    "review" -> (() => Seq("review", patch)),
    "generate" -> (() => Seq("generate", "--prompt", "x")),
    "chat" -> (() => Seq("chat")),
    "eval" -> (() => Seq("eval", "--dataset", units)),
    "triage" -> (() => Seq("triage", code, "--sarif", log.toString)),
    "plan" -> (() => Seq("plan", patch)),
    "model" -> (() => Seq("model"))
  )

  private val writing = Set("review", "generate", "eval", "triage")

  /** Runs a command with a model: its outcome, and where it would have written. */
  private def run(command: String, arguments: Seq[String], model: String): (Outcome, Path) = {
    val out = folder("refused").resolve("out")
    val target = if (writing(command)) Seq("--out", out.toString) else Nil
    audit(arguments ++ Seq("--model", model) ++ target: _*) -> out
  }

  private def refused(outcome: Outcome, out: Path, model: String, parts: String*): Unit = {
    assert(outcome.code === ExitCode.USAGE, outcome.err)
    for (part <- model +: parts) assert(outcome.err.contains(part), outcome.err)
    assert(outcome.err.linesIterator.size === 1, outcome.err)
    assert(!outcome.out.contains("Plan"), outcome.out)
    assert(!Files.exists(out))
    assert(SparkSession.getDefaultSession.isEmpty)
  }

  for ((command, arguments) <- commands; (what, made, why, fix) <- checkpoints)
    test(s"$command refuses $what before anything starts") {
      val model = made()
      val (outcome, out) = run(command, arguments(), model)
      refused(outcome, out, model, why, fix)
    }

  private def withoutSystem = template(
    "{% if messages[0].role == 'system' %}{{ raise_exception('System role not supported') }}" +
      "{% endif %}{{ messages[0].content }}"
  )()

  for ((command, arguments) <- commands if !Set("generate", "chat", "model")(command))
    test(s"$command refuses a template that takes no system message") {
      val model = withoutSystem
      val (outcome, out) = run(command, arguments(), model)
      refused(outcome, out, model, "System role not supported", "takes a system message")
    }

  test("a template that takes no system message answers prompts without one, and model says so") {
    val model = withoutSystem
    val (answered, _) =
      run("generate", Seq("generate", "--prompt", "x", "--max-new-tokens", "4"), model)
    assert(answered.code === ExitCode.OK, answered.err)
    val (described, _) = run("model", Seq("model"), model)
    assert(described.code === ExitCode.OK, described.err)
    assert(described.out.contains("takes no system message, which every review has"))
    assert(described.out.contains("marks turns by text, which code under review can imitate"))
  }
}
