package org.codeaudit.rule;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.codeaudit.finding.Severity;

/**
 * An entry of rules: findings that need no attention. A finding is meant if everything that is said
 * holds for it; what is empty is not said.
 *
 * @param paths of its file, any of them
 * @param checks the ids of its check, any of them
 * @param categories as the column has them, any of them
 * @param cwe e.g. {@code CWE-89}, any of them
 * @param fingerprints any of them
 * @param expires the last day it holds; empty for always
 */
public record IgnoreRule(
    List<Glob> paths,
    Set<String> checks,
    Set<String> categories,
    Set<String> cwe,
    Set<Severity> severities,
    Set<String> fingerprints,
    Decision decision,
    String reason,
    Optional<LocalDate> expires,
    Optional<String> by) {

  public IgnoreRule {
    paths = List.copyOf(paths);
    checks = Set.copyOf(checks);
    categories = Set.copyOf(categories);
    cwe = Set.copyOf(cwe);
    severities = Set.copyOf(severities);
    fingerprints = Set.copyOf(fingerprints);
  }

  /** Whether it says nothing about what is meant. */
  boolean meansAll() {
    return paths.isEmpty()
        && checks.isEmpty()
        && categories.isEmpty()
        && cwe.isEmpty()
        && severities.isEmpty()
        && fingerprints.isEmpty();
  }

  boolean matches(FindingFacts finding) {
    return holds(checks, finding.check())
        && holds(categories, Optional.of(finding.category()))
        && holds(cwe, finding.cwe())
        && holds(severities, Optional.of(finding.severity()))
        && holds(fingerprints, Optional.of(finding.fingerprint()))
        && (paths.isEmpty() || paths.stream().anyMatch(glob -> glob.matches(finding.path())));
  }

  private static <T> boolean holds(Set<T> any, Optional<T> value) {
    return any.isEmpty() || value.filter(any::contains).isPresent();
  }

  /** What it says of a finding that it matches. */
  Ruling ruling(LocalDate today) {
    if (expires.filter(today::isAfter).isPresent()) {
      return Ruling.noted(expired(decision.columnValue(), expires.get().toString(), reason));
    }
    return Ruling.of(new Suppression(Suppression.Kind.RULES, decision, reason, expires, by));
  }

  /** What is noted of a decision that no longer holds. */
  public static String expired(String decision, String day, String reason) {
    return "no longer " + decision + ": that expired on " + day + " (" + reason + ")";
  }
}
