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
 * The checks that are worth asking about a unit, each with the lines that its finding can be about:
 * those with the strongest evidence. For a check of values from outside, lines that no such value
 * reaches are left out, and a check is not asked if the evidence is too weak at every line. Or the
 * lines that other tools report, whatever the evidence.
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

  /**
   * The candidates of a unit; with {@link CheckSettings#evidence()} only those with the strongest
   * evidence.
   */
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

  /** The lines with the strongest evidence. */
  private static Map<String, Clues> strongest(Map<String, Clues> lines) {
    Map<String, Clues> strongest = new LinkedHashMap<>(lines);
    lines.values().stream()
        .max(Clues.STRENGTH)
        .ifPresent(
            most -> strongest.values().removeIf(one -> Clues.STRENGTH.compare(one, most) < 0));
    return strongest;
  }

  /**
   * The lines of a whole file's unit that claims are about, and no more. A claim that the evidence
   * rules out stays: it is still judged, with that evidence.
   *
   * @param claims those without a quotable line here are left out
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

  /** The code that the lines belong to. */
  ReviewedCode code() {
    return code;
  }

  /** The checks that have at least one line, each id once. */
  public List<Check> checks() {
    Map<String, Check> checks = new LinkedHashMap<>();
    lines.keySet().forEach(check -> checks.put(check.id(), check));
    claimed.forEach(line -> checks.putIfAbsent(line.claim().check().id(), line.claim().check()));
    return new ArrayList<>(checks.values());
  }

  /** The lines to be judged; empty if the model is to locate them. */
  List<ClaimedLine> claimed() {
    return claimed;
  }

  /** The lines of a check as the model is shown them, stripped, without duplicates. */
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
