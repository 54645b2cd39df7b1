package org.codeaudit.job.triage;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.codeaudit.check.Check;
import org.codeaudit.check.CheckSet;
import org.codeaudit.check.Signs;
import org.codeaudit.check.Taint;
import org.codeaudit.finding.Category;
import org.codeaudit.finding.Severity;
import org.codeaudit.job.sarif.SarifResult;
import org.codeaudit.job.sarif.WeaknessCategories;

/**
 * What the model is asked about a result: the check with its weakness, else the one of its
 * category, else the one with the id of its rule; where there is none, one that is made of what the
 * tool says of its rule.
 */
public final class ToolChecks {
  private static final int MOST_ID = 80;
  private static final int MOST_SUMMARY = 200;
  private static final int MOST_DESCRIPTION = 400;
  private static final int MOST_MESSAGE = 300;

  private final CheckSet checks;

  /** Rules by the ids of the checks that were made of them. */
  private final Map<String, String> made = new HashMap<>();

  public ToolChecks(CheckSet checks) {
    this.checks = checks;
  }

  /**
   * The check for a result.
   *
   * @param language of its file, if it is known
   */
  public Check of(SarifResult result, Optional<String> language) {
    Stream<Optional<Check>> fitting =
        Stream.of(
            result.weaknesses().stream()
                .flatMap(weakness -> first(c -> weakness(c).equals(weakness), language).stream())
                .findFirst(),
            WeaknessCategories.of(result.weaknesses())
                .flatMap(category -> first(c -> c.category() == category, language)),
            first(c -> c.id().equals(id(result)), language));
    return fitting.flatMap(Optional::stream).findFirst().orElseGet(() -> make(result));
  }

  private Optional<Check> first(Predicate<Check> fits, Optional<String> language) {
    return checks.checks().stream().filter(check -> check.isFor(language)).filter(fits).findFirst();
  }

  private static String weakness(Check check) {
    return check.cwe().isEmpty() ? check.category().cwe().orElse("") : check.cwe();
  }

  private Check make(SarifResult result) {
    String id = unique(result);
    String title = id.replace('-', ' ');
    // Some tools put the rule's id where its summary should be.
    boolean says = result.rule().filter(rule -> result.summary().contains(rule)).isEmpty();
    String summary = first(says ? result.summary() : "", result.description(), title);
    String description = first(result.description(), summary, title);
    return new Check(
        id,
        WeaknessCategories.of(result.weaknesses()).orElse(Category.OTHER),
        result.weaknesses().stream().findFirst().orElse(""),
        Set.of(),
        false,
        severity(result.level()),
        "Does {{code}} have the defect that a rule describes as \""
            + PlainText.clause(summary, MOST_SUMMARY)
            + "\"?",
        "it is as the rule says: \"" + PlainText.clause(description, MOST_DESCRIPTION) + "\"",
        "a check, a limit, an escape or a constant that rules out what the rule warns of, or code"
            + " that only looks like it",
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        Signs.NONE,
        Taint.NONE,
        PlainText.sentence(first(result.message(), description), MOST_MESSAGE),
        "Do as the rule " + PlainText.clause(result.rule().orElse(title), MOST_ID) + " advises.",
        "",
        "");
  }

  private static String first(String... texts) {
    return Stream.of(texts).filter(text -> !text.isBlank()).findFirst().orElse("");
  }

  private static Severity severity(String level) {
    return switch (level) {
      case "error" -> Severity.HIGH;
      case "note" -> Severity.LOW;
      case "none" -> Severity.INFO;
      default -> Severity.MEDIUM;
    };
  }

  /** Rules of other names, or of other tools, have checks of their own. */
  private String unique(SarifResult result) {
    String rule = result.tool() + "\0" + result.rule().orElse("") + "\0" + result.summary();
    String plain = id(result);
    boolean taken = checks.checks().stream().anyMatch(check -> check.id().equals(plain));
    String id = taken ? "rule-" + plain : plain;
    for (int i = 2; !made.computeIfAbsent(id, unused -> rule).equals(rule); i++) {
      id = plain + "-" + i;
    }
    return id;
  }

  /** The rule's id as ids of checks are written. */
  private static String id(SarifResult result) {
    String rule = result.rule().orElse(result.tool() + " finding");
    String words = rule.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    String cut = words.substring(0, Math.min(words.length(), MOST_ID));
    String id = cut.replaceAll("^-+|-+$", "");
    return id.isEmpty() ? "rule" : id;
  }
}
