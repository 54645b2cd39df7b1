package org.codeaudit.review;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.codeaudit.check.Calibration;
import org.codeaudit.check.Check;
import org.codeaudit.check.CheckSettings;

/**
 * The checks that are worth asking about a unit, each with the lines its finding can be about:
 * those for which most speaks. A line that no value from outside reaches is none for a check of
 * such values, and a check is not asked where too little speaks for it at any line. Or the lines
 * that other tools report, whatever is known of them.
 */
public final class Candidates {
  private final ReviewedCode code;
  private final Map<Check, Map<String, Clues>> lines;
  private final List<ClaimedLine> claimed;

  private Candidates(
      ReviewedCode code, Map<Check, Map<String, Clues>> lines, List<ClaimedLine> claimed) {
    this.code = code;
    this.lines = lines;
    this.claimed = claimed;
  }

  /** Those of a unit; with {@link CheckSettings#evidence()} those alone for which most speaks. */
  public static Candidates of(CheckSettings settings, ReviewedCode code) {
    String text = code.text();
    Evidence evidence = settings.evidence() ? Evidence.of(code) : Evidence.NONE;
    Map<Check, Map<String, Clues>> lines = new LinkedHashMap<>();
    for (Check check : settings.checks().checks()) {
      if (check.appliesTo(code.language(), text)) {
        Map<String, Clues> strongest = strongest(evidence.of(check, code));
        if (isWorthAsking(check, strongest, settings.calibration())) {
          lines.put(check, strongest);
        }
      }
    }
    return new Candidates(code, lines, List.of());
  }

  private static boolean isWorthAsking(
      Check check, Map<String, Clues> lines, Calibration calibration) {
    return lines.values().stream()
        .anyMatch(clues -> calibration.isWorthAsking(check.id(), clues.observed()));
  }

  /** Those lines of which nothing is weaker known than of another. */
  private static Map<String, Clues> strongest(Map<String, Clues> lines) {
    Map<String, Clues> strongest = new LinkedHashMap<>(lines);
    lines.values().stream()
        .max(Clues.STRENGTH)
        .ifPresent(
            most -> strongest.values().removeIf(one -> Clues.STRENGTH.compare(one, most) < 0));
    return strongest;
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
        Clues clues = evidence.at(claim.check(), place.getAsInt() + 1);
        claimed.add(new ClaimedLine(claim, line, clues));
      }
    }
    return new Candidates(code, Map.of(), claimed);
  }

  /** What they are lines of. */
  ReviewedCode code() {
    return code;
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
  Clues clues(Check check, String line) {
    return lines.get(check).get(line);
  }

  /** What is known of a check's strongest line. */
  Clues clues(Check check) {
    Stream<Clues> located = lines.getOrDefault(check, Map.of()).values().stream();
    Stream<Clues> judged =
        claimed.stream()
            .filter(line -> line.claim().check().id().equals(check.id()))
            .map(ClaimedLine::clues);
    return Stream.concat(located, judged).max(Clues.STRENGTH).orElse(Clues.NONE);
  }
}
