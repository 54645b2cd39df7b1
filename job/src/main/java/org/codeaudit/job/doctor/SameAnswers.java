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
import org.codeaudit.generate.request.Generation;
import org.codeaudit.generate.request.GenerationRequest;
import org.codeaudit.model.ModelSettings;
import org.codeaudit.model.Precision;
import org.codeaudit.model.SamplingSettings;
import org.codeaudit.udf.setting.CheckpointLoader;

/**
 * The engine with everything that it saves, compared with the plain path: one prompt at a time, and
 * each token by a step of its own.
 */
final class SameAnswers {
  private static final int PROMPTS = 6;
  private static final int ANSWER_TOKENS = 24;

  /** One sequence at a time, nothing shared and nothing guessed. */
  private static final EngineSettings PLAIN = new EngineSettings(1, 512, 128, false, 0);

  private SameAnswers() {}

  static Diagnosis of(Path checkpoint) throws InterruptedException {
    ModelSettings settings = new ModelSettings(checkpoint.toString(), Precision.F32, 2048, 0);
    List<int[]> prompts = IntStream.range(0, PROMPTS).mapToObj(SameAnswers::prompt).toList();
    List<int[]> plain = answers(settings, PLAIN, prompts);
    List<int[]> engine = answers(settings, EngineSettings.DEFAULT, prompts);
    int same = 0;
    for (int i = 0; i < PROMPTS; i++) {
      same += Arrays.equals(plain.get(i), engine.get(i)) ? 1 : 0;
    }
    return Diagnosis.of(
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

  private static List<int[]> answers(
      ModelSettings settings, EngineSettings savings, List<int[]> prompts)
      throws InterruptedException {
    try (Engine engine =
        Engine.load(() -> new CheckpointLoader().load(settings, savings), savings)) {
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
