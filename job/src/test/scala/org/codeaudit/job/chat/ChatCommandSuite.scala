package org.codeaudit.job.chat

import java.io.ByteArrayInputStream
import java.nio.charset.StandardCharsets.UTF_8

import org.codeaudit.job.command.{CommandSuite, ExitCode}
import org.codeaudit.job.report.VisibleText

/** The command as it runs behind a pipe, over the golden checkpoints. */
class ChatCommandSuite extends CommandSuite {
  private val settings =
    Seq("--temperature", "0", "--precision", "f32", "--threads", "1", "--max-new-tokens")

  private def chat(model: String, lines: Seq[String], more: String*): Outcome = {
    val in = System.in
    System.setIn(new ByteArrayInputStream(lines.mkString("\n").getBytes(UTF_8)))
    try
      audit(Seq("chat", "--model", golden(model)) ++ settings ++ Seq("24") ++ more: _*)
    finally System.setIn(in)
  }

  private def cached(line: String): Int =
    """([\d,]+) of them cached""".r.findFirstMatchIn(line).get.group(1).replace(",", "").toInt

  test("what is streamed is what generate answers with the same settings") {
    for (model <- Seq("llama-tiny", "qwen3-tiny")) {
      val out = folder("generate").resolve("tables")
      val prompt = "def add(a, b): # naïve"
      val generated = audit(
        Seq("generate", "--model", golden(model), "--out", out.toString, "--prompt", prompt) ++
          settings :+ "24": _*
      )
      assert(generated.code === ExitCode.OK, generated.err)
      val text = withTables(out)(_("generations").head().getAs[String]("text"))
      val streamed = chat(model, Seq(prompt))
      assert(streamed.code === ExitCode.OK, streamed.err)
      assert(streamed.out === VisibleText.of(text) + "\n")
      // and not a character of what ends it
      val stop = text.substring(text.length / 2, text.length / 2 + 3)
      val cut = chat(model, Seq(prompt), "--stop", stop)
      assert(cut.out === VisibleText.of(text.substring(0, text.indexOf(stop))) + "\n")
    }
  }

  test("the second message of a conversation computes what is new") {
    val system = "You read code and say what it does, in one sentence, without any more words."
    val outcome =
      chat("llama-tiny", Seq("def add(a, b):", "class Stack", "/reset", "x"), "--system", system)
    assert(outcome.code === ExitCode.OK, outcome.err)
    val lines = outcome.err.linesIterator.toSeq
    assert(lines.head.contains("llama-tiny in f32 on cpu, exact arithmetic"), outcome.err)
    val answers = lines.filter(_.contains("cached"))
    assert(answers.size === 3)
    assert(cached(answers.head) === 0)
    assert(cached(answers(1)) > 60)
    assert(answers(1).contains("1,024"))
    // of the conversation before only the system message is the same
    assert(cached(answers(2)) > 20 && cached(answers(2)) < cached(answers(1)))
  }

  test("a line that cannot be done is said, and the exit code too") {
    val outcome = chat("qwen2-tiny", Seq("/sytem x", "x = y + 1; " * 400, "def f():"))
    assert(outcome.code === ExitCode.ROWS_FAILED)
    assert(outcome.err.contains("error: There is no command /sytem. Did you mean /system?"))
    assert(outcome.err.contains("error: The message was not sent. It has"), outcome.err)
    assert(outcome.err.contains("context"), "the last one was answered")
  }

  test("options that cannot be, and a model that does not exist, are refused") {
    for (
      (more, said) <- Seq(
        Seq("--top-p", "1.5") -> "error: .*top-p.*",
        Seq("--batch", "2") -> "Unknown options: '--batch', '2'.*",
        Seq("--cache-tokens", "-1") -> "error: .*--cache-tokens at least 0.*",
        Seq("--model", "/no/such/model") -> "error: There is no model /no/such/model.*"
      )
    ) {
      val refused = audit(Seq("chat") ++ more: _*)
      assert(refused.code === ExitCode.USAGE)
      assert(refused.err.matches("(?s)" + said), refused.err)
    }
  }
}
