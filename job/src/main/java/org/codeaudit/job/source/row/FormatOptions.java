package org.codeaudit.job.source.row;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.prompt.NearestMatch;

/**
 * A source's options, checked against the ones it knows. All problems are collected and thrown
 * together by {@link #check}.
 */
public final class FormatOptions {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String format;
  private final CaseInsensitiveStringMap options;
  private final List<String> problems = new ArrayList<>();

  public FormatOptions(String format, Map<String, String> options, Set<String> known) {
    this.format = format;
    this.options = new CaseInsensitiveStringMap(options);
    Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    names.addAll(known);
    for (String key : options.keySet()) {
      if (!names.contains(key)) {
        problems.add(
            "option `"
                + key
                + "` is unknown (nearest: `"
                + NearestMatch.likeliest(key, known)
                + "`)");
      }
    }
  }

  /**
   * The paths of {@code load(path)}, {@code load(paths…)} and the options of these names.
   *
   * @param needed whether there must be one
   */
  public List<String> paths(boolean needed) {
    List<String> paths = new ArrayList<>();
    text("path").ifPresent(paths::add);
    text("paths")
        .ifPresent(
            list -> {
              try {
                paths.addAll(List.of(JSON.readValue(list, String[].class)));
              } catch (JsonProcessingException notJson) {
                problems.add("option `paths` is not a JSON array of strings");
              }
            });
    paths.removeIf(String::isBlank);
    if (needed && paths.isEmpty()) {
      problems.add("no path is given; pass one to load(…)");
    }
    return paths;
  }

  public Optional<String> text(String key) {
    return Optional.ofNullable(options.get(key)).map(String::strip).filter(t -> !t.isEmpty());
  }

  public String oneOf(String key, List<String> values) {
    String value = text(key).orElse(values.get(0));
    if (!values.contains(value)) {
      problems.add("option `" + key + "` is `" + value + "`, not one of " + values);
    }
    return value;
  }

  public boolean flag(String key) {
    return oneOf(key, List.of("false", "true")).equals("true");
  }

  public int number(String key, int defaultValue, int smallest) {
    return number(key, smallest).orElse(defaultValue);
  }

  /** Empty if it is not given, or wrong, which {@link #check} says. */
  public OptionalInt number(String key, int smallest) {
    Optional<String> text = text(key);
    if (text.isEmpty()) {
      return OptionalInt.empty();
    }
    try {
      int value = Integer.parseInt(text.get());
      if (value >= smallest) {
        return OptionalInt.of(value);
      }
    } catch (NumberFormatException notANumber) {
      // Said below, with the range.
    }
    problems.add(
        "option `"
            + key
            + "` is `"
            + text.get()
            + "`, not a number from "
            + smallest
            + " to "
            + Integer.MAX_VALUE);
    return OptionalInt.empty();
  }

  public void problem(String problem) {
    problems.add(problem);
  }

  /**
   * @throws AuditException {@code SOURCE_OPTIONS} naming every problem found so far
   */
  public void check() {
    if (!problems.isEmpty()) {
      throw new AuditException(
          ErrorClass.SOURCE_OPTIONS,
          "The source `" + format + "` cannot be read with these options",
          String.join("; ", problems),
          "Correct the options; docs/sources.md lists them");
    }
  }
}
