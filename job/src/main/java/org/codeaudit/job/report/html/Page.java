package org.codeaudit.job.report.html;

import java.util.List;
import java.util.Optional;
import org.codeaudit.finding.Severity;

/**
 * All that the page shows.
 *
 * @param folder whose runs it is about
 * @param repository the only one it is about; empty for all
 * @param least findings of checks of less confidence are left out
 * @param trend if there was more than one run
 */
record Page(
    String version,
    String folder,
    Optional<String> repository,
    double least,
    Coverage coverage,
    List<Run> runs,
    Optional<Trend> trend,
    List<ShownFinding> findings,
    Assets assets) {

  String title() {
    return "Code audit of " + repository.orElse(folder);
  }

  /** When the last run began. */
  Optional<String> lastRun() {
    return runs.isEmpty()
        ? Optional.empty()
        : Optional.of(runs.get(runs.size() - 1).started() + " UTC");
  }

  /** What the last run did not get to. */
  Optional<String> leftOver() {
    return runs.isEmpty() ? Optional.empty() : runs.get(runs.size() - 1).leftOver();
  }

  /** Findings that need attention. */
  List<ShownFinding> open() {
    return findings.stream().filter(ShownFinding::isOpen).toList();
  }

  /** How many need none. */
  long suppressed() {
    return findings.size() - open().size();
  }

  List<Count> bySeverity() {
    return Count.bySeverity(open());
  }

  List<Count> byWeakness() {
    return Count.by(open(), ShownFinding::weakness);
  }

  List<Count> byCheck() {
    return Count.by(open(), ShownFinding::check);
  }

  List<Count> byRepository() {
    return Count.by(open(), ShownFinding::repository);
  }

  /** Checks of all findings; suppressed ones are not counted. */
  List<Count> checks() {
    return Count.by(findings, ShownFinding::check);
  }

  /** Repositories of all findings; suppressed ones are not counted. */
  List<Count> repositories() {
    return Count.by(findings, ShownFinding::repository);
  }

  List<Severity> severities() {
    return List.of(Severity.values());
  }

  /** Whether some of its findings have a confidence that can be compared. */
  boolean hasProbabilities() {
    return findings.stream().anyMatch(ShownFinding::isProbable);
  }

  /** Whether some of its findings have one that cannot. */
  boolean hasOthers() {
    return findings.stream().anyMatch(finding -> !finding.isProbable());
  }
}
