package org.codeaudit.job.doctor;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.codeaudit.generate.Engine;
import org.codeaudit.generate.EngineSettings;
import org.codeaudit.generate.Generation;
import org.codeaudit.generate.GenerationRequest;
import org.codeaudit.generate.LoadedModel;
import org.codeaudit.model.AllowedTokens;
import org.codeaudit.model.LanguageModel;
import org.codeaudit.model.ModelSettings;
import org.codeaudit.model.Precision;
import org.codeaudit.model.SamplingSettings;
import org.codeaudit.model.SequenceStep;
import org.codeaudit.model.SequenceStep.Choice;
import org.codeaudit.udf.CheckpointLoader;

/**
 * The engine with all that it saves, next to the plain path: one prompt at a time, one token at a
 * time.
 */
final class SameAnswers {
  private static final int PROMPTS = 6;
  private static final int ANSWER_TOKENS = 24;
  private static final Choice GREEDY =
      new Choice(SamplingSettings.GREEDY, 0, AllowedTokens.ALL, new int[0]);

  private SameAnswers() {}

  static Finding of(Path checkpoint) throws InterruptedException {
    ModelSettings settings = new ModelSettings(checkpoint.toString(), Precision.F32, 2048, 0);
    List<int[]> prompts = IntStream.range(0, PROMPTS).mapToObj(SameAnswers::prompt).toList();
    List<int[]> plain = plain(settings, prompts);
    List<int[]> engine = engine(settings, prompts);
    int same = 0;
    for (int i = 0; i < PROMPTS; i++) {
      same += Arrays.equals(plain.get(i), engine.get(i)) ? 1 : 0;
    }
    return Finding.of(
        same == PROMPTS,
        same + " of " + PROMPTS + " answers of a small model are those of the plain path",
        "this processor or libtorch computes something else than those tried: report it with the"
            + " output of --json");
  }

  /** They begin alike, so that the engine shares that part. */
  private static int[] prompt(int number) {
    return IntStream.range(0, 60 + 3 * number)
        .map(i -> 1 + (i < 48 ? 11 * i : 13 * i + 7 * number) % 250)
        .toArray();
  }

  private static List<int[]> plain(ModelSettings settings, List<int[]> prompts) {
    LoadedModel loaded = new CheckpointLoader(settings).load();
    try (LanguageModel model = loaded.model()) {
      return prompts.stream().map(prompt -> answer(model, prompt)).toList();
    } finally {
      loaded.tokenizer().close();
    }
  }

  private static int[] answer(LanguageModel model, int[] prompt) {
    int sequence = model.open(prompt.length + ANSWER_TOKENS);
    int[] answer = new int[ANSWER_TOKENS];
    int[] next = prompt;
    for (int i = 0; i < ANSWER_TOKENS; i++) {
      SequenceStep step = new SequenceStep(sequence, next, Optional.of(GREEDY));
      answer[i] = model.step(List.of(step)).tokens()[0];
      next = new int[] {answer[i]};
    }
    model.close(sequence);
    return answer;
  }

  private static List<int[]> engine(ModelSettings settings, List<int[]> prompts)
      throws InterruptedException {
    try (Engine engine = Engine.load(new CheckpointLoader(settings), EngineSettings.DEFAULT)) {
      List<CompletableFuture<Generation>> answers =
          prompts.stream().map(prompt -> engine.submit(request(prompt))).toList();
      return answers.stream().map(answer -> answer.join().tokens()).toList();
    }
  }

  private static GenerationRequest request(int[] prompt) {
    return new GenerationRequest(
        "doctor",
        prompt,
        ANSWER_TOKENS,
        SamplingSettings.GREEDY,
        Set.of(),
        List.of(),
        Optional.empty());
  }
}
