package org.codeaudit.job.option;

import java.util.List;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.udf.setting.GenerateSettings;
import picocli.CommandLine.Option;

/** How the tokens of free answers are chosen, and what ends them. */
public final class SamplingOptions {
  @Option(
      names = "--temperature",
      paramLabel = "T",
      description = "0 for the most likely token; default the checkpoint's.")
  Double temperature;

  @Option(names = "--top-k", paramLabel = "K", description = "Default the checkpoint's.")
  Integer topK;

  @Option(names = "--top-p", paramLabel = "P", description = "Default the checkpoint's.")
  Double topP;

  @Option(
      names = "--repetition-penalty",
      paramLabel = "R",
      description = "Default the checkpoint's.")
  Double repetitionPenalty;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description =
          "Seed of the run; each answer's own follows from it, so batches do not matter;"
              + " default ${DEFAULT-VALUE}.")
  long seed = 0;

  @Option(
      names = "--stop",
      paramLabel = "TEXT",
      description = "Text that ends an answer; may be repeated.")
  List<String> stopStrings = List.of();

  /**
   * The settings.
   *
   * @throws AuditException {@code OPTION} if one is out of range
   */
  public GenerateSettings settings() {
    GenerateSettings settings =
        new GenerateSettings(temperature, topK, topP, repetitionPenalty, seed, stopStrings);
    try {
      settings.check();
    } catch (IllegalArgumentException e) {
      throw new AuditException(
          ErrorClass.OPTION,
          "Cannot generate text with these options",
          e.getMessage(),
          "Correct the option",
          e);
    }
    return settings;
  }
}
