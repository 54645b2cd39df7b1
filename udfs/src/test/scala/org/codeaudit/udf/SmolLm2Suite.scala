package org.codeaudit.udf
import java.nio.file.{Files, Path}
import com.fasterxml.jackson.databind.{JsonNode, ObjectMapper}
import org.codeaudit.udf.setting.CheckpointLoader
import org.scalatest.funsuite.AnyFunSuite
import scala.jdk.CollectionConverters._

import org.codeaudit.OptIn
import org.codeaudit.generate.EngineSettings
import org.codeaudit.generate.request.GenerationRequest
import org.codeaudit.generate.{Engine, LoadedModel}
import org.codeaudit.model.{ModelSettings, Precision, SamplingSettings}
import org.codeaudit.token.ChatMessage

/** SmolLM2 from messages to text, as transformers has it on the same weights. */
class SmolLm2Suite extends AnyFunSuite {
  private lazy val file =
    sys.env.getOrElse("CODE_AUDIT_GGUF", cancel("CODE_AUDIT_GGUF names no GGUF file"))
  private val golden = Path.of(sys.props("codeaudit.root")).resolve("data/golden")
  private lazy val expected =
    new ObjectMapper().readTree(golden.resolve("smollm2-expected.json").toFile)

  private def ints(node: JsonNode): Seq[Int] = node.elements.asScala.map(_.asInt).toSeq

  private def withEngine[A](precision: Precision)(use: (Engine, LoadedModel) => A): A = {
    val model = new ModelSettings(file, precision, 8192, 0)
    val settings = EngineSettings.DEFAULT
    val engine = Engine.load(() => new CheckpointLoader().load(model, settings), settings)
    try use(engine, engine.loaded)
    finally engine.close()
  }

  for (precision <- Seq(Precision.F32, Precision.BF16)) {
    test(s"five prompts, batched in $precision, are continued as transformers does", OptIn) {
      withEngine(precision) { (engine, loaded) =>
        val prompts = expected.get("prompts").elements.asScala.toSeq
        val answers = prompts.map { prompt =>
          val messages = prompt
            .get("messages")
            .elements
            .asScala
            .map(m => new ChatMessage(m.get("role").asText, m.get("content").asText))
            .toSeq
          val ids = loaded.chat.encode(messages.asJava, false)
          assert(ids.toSeq === ints(prompt.get("ids")))
          engine.submit(
            new GenerationRequest(
              prompt.get("text").asText,
              ids,
              ints(prompt.get("greedy")).size,
              SamplingSettings.GREEDY,
              java.util.Set.of(),
              java.util.List.of(),
              java.util.Optional.empty()
            )
          )
        }
        val same = prompts.zip(answers).map { case (prompt, answer) =>
          answer.get.tokens.toSeq == ints(prompt.get("greedy"))
        }
        // bf16 weights are rounded: the dequantised ones are not, so a token may differ there.
        if (precision == Precision.F32) assert(same.forall(identity))
        else info(s"${same.count(identity)} of ${same.size} equal")
      }
    }
  }

  test("texts have the ids that Hugging Face tokenizers gives them", OptIn) {
    withEngine(Precision.BF16) { (_, loaded) =>
      for (entry <- expected.get("tokens").elements.asScala) {
        val text =
          if (entry.has("file")) Files.readString(golden.resolve(entry.get("file").asText))
          else entry.get("text").asText
        val ids = loaded.tokenizer.encode(text).toSeq
        assert(ids === ints(entry.get("plain_ids")), entry.get("name").asText)
      }
    }
  }
}
