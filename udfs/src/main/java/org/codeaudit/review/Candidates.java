package org.codeaudit.review;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.codeaudit.check.Check;
import org.codeaudit.check.CheckSettings;

/**
 * The checks that are worth asking about a unit, each with the lines its finding can be about. A
 * line that no value from outside reaches is none for a check of such values.
 */
public final class Candidates {
  private final Map<Check, Map<String, Reach>> lines;

  private Candidates(Map<Check, Map<String, Reach>> lines) {
    this.lines = lines;
  }

  /**
   * Those of a unit; with {@link CheckSettings#evidence()} without those that a parser rules out.
   */
  public static Candidates of(CheckSettings settings, ReviewedCode code) {
    String text = code.text();
    Evidence evidence = settings.evidence() ? Evidence.of(code) : Evidence.NONE;
    Map<Check, Map<String, Reach>> lines = new LinkedHashMap<>();
    for (Check check : settings.checks().checks()) {
      if (check.appliesTo(code.language(), text)) {
        Map<String, Reach> reached = new LinkedHashMap<>();
        for (String line : code.candidates(check)) {
          Reach reach = evidence.at(check, line);
          if (!reach.isRuledOut()) {
            reached.put(line, reach);
          }
        }
        if (!reached.isEmpty()) {
          lines.put(check, reached);
        }
      }
    }
    return new Candidates(lines);
  }

  /** The checks with a line at least. */
  public List<Check> checks() {
    return new ArrayList<>(lines.keySet());
  }

  /** The lines of a check as they are shown, stripped, each once. */
  List<String> lines(Check check) {
    return new ArrayList<>(lines.get(check).keySet());
  }

  /** What is known of a check's line. */
  Reach reach(Check check, String line) {
    return lines.get(check).get(line);
  }
}
