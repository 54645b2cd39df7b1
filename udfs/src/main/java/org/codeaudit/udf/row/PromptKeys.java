package org.codeaudit.udf.row;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.codeaudit.Hashes;
import org.codeaudit.code.CheckCommands;
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
   * @param commands that are run over the answer
   */
  public static PromptKeys of(
      Row prompt, AnswerSettings settings, GenerateSettings sampling, CheckCommands commands) {
    List<Object> parts = new ArrayList<>();
    Collections.addAll(
        parts,
        "generate",
        prompt.getAs("prompt"),
        prompt.getAs("system"),
        prompt.getAs("corrupt"),
        settings.modelRevision(),
        settings.model().numbers(),
        Optional.<Object>ofNullable(prompt.getAs("max_new_tokens")).orElse(settings.maxNewTokens()),
        settings.thinking(),
        sampling);
    if (prompt.getAs("missing") != null) {
      parts.add(prompt.getAs("missing"));
    }
    if (!commands.none()) {
      parts.add(new TreeMap<>(commands.byLanguage()));
    }
    String content = Hashes.key(parts.toArray());
    return new PromptKeys(content, Hashes.key(withSample(prompt, content, prompt.getAs("id"))));
  }

  /**
   * The key of the prompt alone, whatever the settings: the seed of its sampling follows from it.
   */
  public static String seedKey(Row prompt) {
    return Hashes.key(
        withSample(prompt, prompt.getAs("id"), prompt.getAs("prompt"), prompt.getAs("system")));
  }

  /** The first sample has the key of a prompt that is asked once. */
  private static Object[] withSample(Row prompt, Object... parts) {
    int sample = Optional.<Integer>ofNullable(prompt.getAs("sample")).orElse(0);
    if (sample == 0) {
      return parts;
    }
    Object[] more = Arrays.copyOf(parts, parts.length + 1);
    more[parts.length] = sample;
    return more;
  }
}
