package org.codeaudit.udf.row;

import org.apache.spark.sql.Row;
import org.codeaudit.Hashes;
import org.codeaudit.udf.setting.AnswerSettings;
import org.codeaudit.udf.setting.GenerateSettings;

/**
 * The keys of a prompt's row, made once: they hash all of its text.
 *
 * @param content of what is asked and how: equal questions have equal keys
 * @param row of the row, which must come back exactly once
 */
public record PromptKeys(String content, String row) {

  /**
   * @param prompt of {@link GenerationSchema#PROMPTS}
   */
  public static PromptKeys of(Row prompt, AnswerSettings settings, GenerateSettings sampling) {
    String content =
        Hashes.key(
            "generate",
            prompt.getAs("prompt"),
            prompt.getAs("system"),
            prompt.getAs("corrupt"),
            settings.modelRevision(),
            settings.model().numbers(),
            settings.maxNewTokens(),
            settings.thinking(),
            sampling);
    return new PromptKeys(content, Hashes.key(content, prompt.getAs("id")));
  }

  /**
   * The key of the prompt alone, whatever the settings: the seed of its sampling follows from it.
   */
  public static String seedKey(Row prompt) {
    return Hashes.key(prompt.getAs("id"), prompt.getAs("prompt"), prompt.getAs("system"));
  }
}
