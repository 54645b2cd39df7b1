package org.codeaudit.udf.setting;

import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.codeaudit.checkpoint.config.GenerationDefaults;
import org.codeaudit.model.SamplingSettings;

/**
 * How answers of {@code generate} are sampled: what is null here is left to the checkpoint.
 *
 * @param temperature 0 for the most likely token
 * @param seed of the run; each row's own follows from it and the row's content
 * @param stopStrings texts that end an answer
 */
public record GenerateSettings(
    Double temperature,
    Integer topK,
    Double topP,
    Double repetitionPenalty,
    long seed,
    List<String> stopStrings)
    implements Serializable {

  private static final GenerationDefaults NOTHING =
      new GenerationDefaults(
          List.of(),
          Optional.empty(),
          OptionalDouble.empty(),
          OptionalInt.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty());

  public GenerateSettings {
    stopStrings = List.copyOf(stopStrings);
  }

  /**
   * Checks the values that can be checked without a checkpoint.
   *
   * @throws IllegalArgumentException naming the value that is out of range
   */
  public void check() {
    sampling(NOTHING, 0);
  }

  /**
   * The settings of one row. As in transformers, a checkpoint samples only if its {@code do_sample}
   * says so; setting a temperature turns sampling on.
   */
  public SamplingSettings sampling(GenerationDefaults defaults, long rowSeed) {
    boolean sample = temperature != null || defaults.sample().orElse(false);
    double heat = temperature != null ? temperature : sample ? defaults.temperature().orElse(1) : 0;
    return new SamplingSettings(
        heat,
        Optional.ofNullable(topK).orElse(sample ? defaults.topK().orElse(0) : 0),
        Optional.ofNullable(topP).orElse(sample ? defaults.topP().orElse(1) : 1),
        Optional.ofNullable(repetitionPenalty).orElse(defaults.repetitionPenalty().orElse(1)),
        rowSeed);
  }
}
