package org.codeaudit.review;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.codeaudit.check.Check;
import org.codeaudit.check.CheckSettings;

/**
 * The checks that are worth asking about a unit, each with the lines its finding can be about. A
 * line that no value from outside reaches is none for a check of such values. Or the lines that
 * other tools report, whatever a parser thinks of them.
 */
public final class Candidates {
  private final Map<Check, Map<String, Reach>> lines;
  private final List<ClaimedLine> claimed;

  private Candidates(Map<Check, Map<String, Reach>> lines, List<ClaimedLine> claimed) {
    this.lines = lines;
    this.claimed = claimed;
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
    return new Candidates(lines, List.of());
  }

  /**
   * The lines of a whole file's unit that claims are about, and no more. A claim that is ruled out
   * stays: it is to be judged, with what is known of it.
   *
   * @param claims those without a line that can be quoted here are left out
   */
  public static Candidates claimed(CheckSettings settings, ReviewedCode code, List<Claim> claims) {
    boolean known = settings.evidence() && !claims.isEmpty();
    Evidence evidence = known ? Evidence.of(code) : Evidence.NONE;
    List<ClaimedLine> claimed = new ArrayList<>();
    for (Claim claim : claims) {
      OptionalInt place = code.firstQuotable(claim.startLine(), claim.endLine());
      if (place.isPresent()) {
        ReviewedCode.Shown line = code.lines().get(place.getAsInt());
        Reach reach = evidence.at(claim.check(), place.getAsInt() + 1);
        claimed.add(new ClaimedLine(claim, line, reach));
      }
    }
    return new Candidates(Map.of(), claimed);
  }

  /** The checks with a line at least, each once by its id. */
  public List<Check> checks() {
    Map<String, Check> checks = new LinkedHashMap<>();
    lines.keySet().forEach(check -> checks.put(check.id(), check));
    claimed.forEach(line -> checks.putIfAbsent(line.claim().check().id(), line.claim().check()));
    return new ArrayList<>(checks.values());
  }

  /** The lines to be judged; none where lines are to be located. */
  List<ClaimedLine> claimed() {
    return claimed;
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
