package org.codeaudit.job.option;

import static java.util.regex.Pattern.CASE_INSENSITIVE;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.codeaudit.finding.SecretRedactor;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The options of a command, defaults included, for the table {@code runs}. */
public final class RunSettings {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Keys whose values Spark itself would not log. */
  private static final Pattern SECRET =
      Pattern.compile("secret|password|passwd|token|access[.]?key|credential", CASE_INSENSITIVE);

  private RunSettings() {}

  private static Object withoutSecrets(Object value) {
    if (!(value instanceof Map<?, ?> map)) {
      return value;
    }
    Map<String, String> shown = new TreeMap<>();
    map.forEach(
        (key, entry) ->
            shown.put(
                key.toString(),
                SECRET.matcher(key.toString()).find() ? "[redacted]" : String.valueOf(entry)));
    return shown;
  }

  /**
   * A JSON object of option names to values as text; values that look like secrets are redacted.
   */
  public static String json(CommandSpec command) {
    Map<String, String> settings = new TreeMap<>();
    for (ArgSpec argument : command.args()) {
      String name =
          argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
      Object value = argument.getValue();
      if (value != null && !name.equals("--help") && !name.equals("--version")) {
        settings.put(name, SecretRedactor.SHAPES.redact(withoutSecrets(value).toString()));
      }
    }
    try {
      return JSON.writeValueAsString(settings);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
