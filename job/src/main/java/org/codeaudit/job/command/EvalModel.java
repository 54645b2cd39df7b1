package org.codeaudit.job.command;

import java.util.List;
import java.util.function.Function;
import org.codeaudit.udf.setting.ReviewSettings;

/**
 * A model to evaluate.
 *
 * @param name for people
 * @param passes reviews of the set, at least one
 */
record EvalModel(String name, List<Pass> passes) {

  /**
   * One review of the set.
   *
   * @param name unique among those of the model
   * @param settings of a run with a name
   */
  record Pass(String name, Function<String, ReviewSettings> settings) {}

  /** The last part of a path or address, without a file's ending. */
  static String shortName(String model) {
    String name = model.replaceFirst("/+$", "");
    return name.substring(name.lastIndexOf('/') + 1).replaceFirst("(?i)\\.gguf$", "");
  }
}
