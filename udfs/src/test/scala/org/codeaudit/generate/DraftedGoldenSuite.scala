package org.codeaudit.generate

import java.util.function.Supplier
import org.codeaudit.generate.answer.{Drafter, PromptLookup}
import org.codeaudit.generate.request.{Generation, GenerationRequest}
import org.codeaudit.generate.Requests.{request, seeded}
import org.codeaudit.model.{AllowedTokens, LanguageModel, Precision}
import org.codeaudit.model.torch.Golden
import org.scalatest.funsuite.AnyFunSuite

/** The decoder verifies drafts: whatever is guessed, it writes the tokens of transformers. */
class DraftedGoldenSuite extends AnyFunSuite {
  import Golden._

  private def answers(
      model: LanguageModel,
      requests: Seq[GenerationRequest],
      settings: EngineSettings,
      drafter: () => Drafter
  ): Seq[Generation] = {
    val supplier: Supplier[Drafter] = () => drafter()
    val core = new EngineCore(model, settings, AllowedTokens.ALL, supplier)
    val sequences = requests.map { one =>
      val sequence = new Sequence(one, new FakeTokenizer(Seq.fill(1500)("x")), core.limit())
      core.add(sequence)
      sequence
    }
    while (!core.idle()) core.step()
    sequences.map(_.result.join())
  }

  for (name <- families) {
    test(s"$name in f32 writes the tokens of transformers behind good and bad drafts") {
      withModel(name, Precision.F32) { model =>
        val cases = prompts(name)
        val rows = cases.map(p => request(p.name, p.ids.toSeq, p.greedy.length))
        val texts = cases.map(p => p.ids.toSeq ++ p.greedy)
        val ways = Seq[(String, () => Drafter)](
          ("by lookup", () => new PromptLookup),
          ("rightly", () => Drafters.replay(texts)),
          ("wrongly", () => Drafters.babble),
          ("wrong at times", () => Drafters.replay(texts, at => at % 5 == 3))
        )
        for {
          (way, drafter) <- ways
          settings <- Seq(
            new EngineSettings(1, 512, 64, true, 8),
            new EngineSettings(16, 64, 8, true, 5),
            new EngineSettings(3, 512, 64, false, 3)
          )
        } {
          val found = answers(model, rows, settings, drafter)
          for ((prompt, answer) <- cases.zip(found)) {
            assert(answer.tokens.toSeq == prompt.greedy, s"${prompt.name} $way with $settings")
          }
          val accepted = found.map(_.timing.draftTokensAccepted).sum
          if (!model.keepsPositions) assert(accepted == 0, "a recurrent model cannot go back")
          else if (way == "rightly") assert(accepted > 10 * cases.length)
        }
      }
    }
  }

  test("rows that draw and rows that are penalised write the same behind any draft") {
    withModel("qwen2-tiny", Precision.F32) { model =>
      val rows = prompts("qwen2-tiny").zipWithIndex.map { case (prompt, i) =>
        request(prompt.name, prompt.ids.toSeq, 40, seeded(i, if (i % 2 == 0) 1.3 else 1))
      }
      val none = new EngineSettings(8, 256, 64, true, 0)
      val plain = answers(model, rows, none, () => Drafter.NONE).map(_.tokens.toSeq)
      val texts = rows.zip(plain).map { case (row, tokens) => row.prompt.toSeq ++ tokens }
      for (
        drafter <- Seq[() => Drafter](
          () => Drafters.babble,
          () => Drafters.replay(texts),
          () => Drafters.replay(texts, at => at % 3 == 0)
        )
      ) {
        val found = answers(model, rows, new EngineSettings(2, 256, 64, true, 6), drafter)
        assert(found.map(_.tokens.toSeq) == plain)
      }
    }
  }

  test("a sequence forgets its last positions and no others") {
    withModel("qwen3-tiny", Precision.F32, cacheTokens = 300) { model =>
      val prompt = prompts("qwen3-tiny").filter(_.ids.length > 20).head
      val sequence = model.open(prompt.ids.length + 10)
      stepAll(model, append(sequence, prompt.ids.toSeq.init))
      stepAll(model, append(sequence, Seq(5, 6, 7, 8)))
      model.truncate(sequence, prompt.ids.length - 1)
      assert(model.length(sequence) == prompt.ids.length - 1)
      val found = model.logits(sequence, Array(prompt.ids.last)).last
      assert(largestDifference(found, prompt.logits) < 1e-4)
      val child = model.open(sequence, 10, 20)
      intercept[IllegalStateException](model.truncate(sequence, 15))
      stepAll(model, append(child, Seq(1, 2)))
      intercept[IllegalArgumentException](model.truncate(child, 9))
      intercept[IllegalArgumentException](model.truncate(child, 13))
      intercept[IllegalArgumentException](model.truncate(99, 1))
      model.truncate(child, 10)
      model.close(child)
      model.close(sequence)
      assert(model.freeTokens == 300)
    }
  }
}
