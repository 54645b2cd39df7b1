package org.codeaudit.token
import java.nio.file.{Files, Path}
import java.util.EnumSet

import com.fasterxml.jackson.databind.node.ObjectNode
import org.codeaudit.{AuditException, Folders}
import org.codeaudit.checkpoint.{Checkpoints, SyntheticCheckpoint}
import org.codeaudit.token.PromptTrial.Conversation
import org.codeaudit.token.PromptTrial.Conversation.{INSTRUCTED, PLAIN}
import org.scalatest.funsuite.AnyFunSuite

class PromptTrialSuite extends AnyFunSuite {

  /** The trial of a small checkpoint after something of it was changed. */
  private def trial[A](change: Path => Unit)(use: PromptTrial => A): A =
    Folders.temporary("trial") { folder =>
      SyntheticCheckpoint.ofShape("tiny").write(folder, 1)
      change(folder)
      val checkpoint = Checkpoints.open(folder)
      try use(PromptTrial.of(checkpoint, "the-model", false))
      finally checkpoint.close()
    }

  private def template(text: String)(folder: Path): Unit =
    Files.writeString(folder.resolve("chat_template.jinja"), text)

  private def tokenizer(change: ObjectNode => Unit)(folder: Path): Unit = {
    val file = folder.resolve("tokenizer.json")
    val document = GoldenData.node(Files.readString(file)).asInstanceOf[ObjectNode]
    change(document)
    Files.writeString(file, document.toString)
  }

  private def needs(trial: PromptTrial, kinds: Conversation*): Option[AuditException] = {
    val needed = EnumSet.noneOf(classOf[Conversation])
    kinds.foreach(needed.add)
    try {
      trial.require(needed)
      None
    } catch { case e: AuditException => Some(e) }
  }

  test("a usable checkpoint takes every conversation") {
    trial(_ => ()) { trial =>
      for (kinds <- Seq(Seq(PLAIN), Seq(INSTRUCTED), Seq(PLAIN, INSTRUCTED)))
        assert(needs(trial, kinds: _*).isEmpty)
    }
  }

  test("a checkpoint is tried again only when it is another, or is to think") {
    Folders.temporary("trial") { folder =>
      SyntheticCheckpoint.ofShape("tiny").write(folder, 1)
      def tried(thinking: Boolean = false) = {
        val checkpoint = Checkpoints.open(folder)
        try PromptTrial.of(checkpoint, "the-model", thinking)
        finally checkpoint.close()
      }
      val first = tried()
      assert(tried() eq first)
      assert(!(tried(thinking = true) eq first))
      template(withoutSystem)(folder)
      assert(first.takes(INSTRUCTED) && !tried().takes(INSTRUCTED))
    }
  }

  private lazy val withoutSystem =
    "{% if messages[0].role == 'system' %}{{ raise_exception('System role not supported') }}" +
      "{% endif %}{{ messages[0].content }}"

  test("turns that are marked by text alone can be imitated, by control tokens they cannot") {
    val imitable = Seq(
      "[INST] {{ messages[-1].content }} [/INST]" -> true,
      "<|im_start|>[INST] {{ messages[-1].content }} [/INST]" -> true,
      "{{ messages[-1].content }}" -> true,
      "whatever was said" -> true,
      "[INST] {{ messages[-1].content }}<|im_end|> [/INST]" -> false,
      "{{ messages[-1].content }}\n### Answer\n<|im_start|>assistant\n" -> false,
      "Again: {{ messages[-1].content }}{{ messages[-1].content }}<|im_end|>" -> false
    )
    for ((text, expected) <- imitable)
      trial(template(text))(trial => assert(trial.turnsCanBeImitated === expected, text))
    trial(_ => ())(trial => assert(!trial.turnsCanBeImitated))
  }

  test("a template without system messages cannot review, and can answer") {
    trial(template(withoutSystem)) { trial =>
      assert(trial.takes(PLAIN) && !trial.takes(INSTRUCTED))
      assert(needs(trial, PLAIN).isEmpty && needs(trial, PLAIN, INSTRUCTED).isEmpty)
      val error = needs(trial, INSTRUCTED).get
      assert(error.errorClass.name == "TEMPLATE_REFUSED")
      for (part <- Seq("the-model", "System role not supported", "takes a system message"))
        assert(error.getMessage.contains(part), error.getMessage)
    }
  }

  private val nested = "{% for a in range(9999) %}" * 2 + "x" + "{% endfor %}" * 2

  for (
    (what, text, errorClass) <- Seq(
      ("refuses every row", "{{ raise_exception('no') }}", "TEMPLATE_REFUSED"),
      ("fails on every row", "{{ 1 / 0 }}", "TEMPLATE_FAILED"),
      ("never ends", nested, "TEMPLATE_LIMIT"),
      ("says nothing", "{{ '' }}", "CHAT_INVALID")
    )
  ) test(s"a template that $what is refused for every conversation") {
    trial(template(text)) { trial =>
      for (kinds <- Seq(Seq(PLAIN), Seq(INSTRUCTED), Seq(PLAIN, INSTRUCTED)))
        assert(needs(trial, kinds: _*).map(_.errorClass.name).contains(errorClass))
    }
  }

  private val cut =
    """{"added_tokens":[{"id":258,"content":"<|im_end|>"}],"model":{"type":"BPE","""

  for (
    (what, change, errorClass, part) <- Seq[(String, Path => Unit, String, String)](
      (
        "a template that does not parse",
        template("{% for m in messages %}{{ m.content }}{% endfor"),
        "TEMPLATE_INVALID",
        "Line 1"
      ),
      (
        "a template with a construct of another engine",
        template("{% import 'x' as y %}"),
        "TEMPLATE_UNSUPPORTED",
        "import"
      ),
      (
        "a tokenizer that falls back to bytes",
        tokenizer(_.withObject("/model").put("byte_fallback", true)),
        "TOKENIZER_UNSUPPORTED",
        "NFC"
      ),
      (
        "a tokenizer with the normalizer of SentencePiece",
        tokenizer(_.withObject("/normalizer").put("type", "Prepend")),
        "TOKENIZER_UNSUPPORTED",
        "Prepend"
      ),
      (
        "a tokenizer that is cut",
        folder => Files.writeString(folder.resolve("tokenizer.json"), cut),
        "TOKENIZER_INVALID",
        "not JSON"
      ),
      (
        "a tokenizer of a larger vocabulary than the weights'",
        tokenizer { document =>
          document
            .path("added_tokens")
            .forEach(token =>
              token.asInstanceOf[ObjectNode].put("id", 9000 + token.path("id").asInt)
            )
        },
        "TOKENIZER_INVALID",
        "they end at 511"
      )
    )
  ) test(s"refused with $errorClass: $what") {
    val error = intercept[AuditException](trial(change)(_ => ()))
    assert(error.errorClass.name == errorClass, error.getMessage)
    for (expected <- Seq("the-model", part)) assert(error.getMessage.contains(expected))
  }
}
