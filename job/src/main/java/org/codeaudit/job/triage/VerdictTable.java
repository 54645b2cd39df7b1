package org.codeaudit.job.triage;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Verdicts as lines for people; names and texts in them are those of tools, to be made printable.
 */
public final class VerdictTable {
  private static final int MOST = 100;
  private static final int MOST_REASON = 160;

  private final List<ToolFinding> findings;
  private final List<Verdict> verdicts;

  /**
   * @param verdicts on the findings, at the same places
   */
  public VerdictTable(List<ToolFinding> findings, List<Verdict> verdicts) {
    this.findings = findings;
    this.verdicts = verdicts;
  }

  /** Two lines for each of the first findings. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < Math.min(MOST, findings.size()); i++) {
      ToolFinding finding = findings.get(i);
      Verdict verdict = verdicts.get(i);
      String confidence =
          verdict.confidence().isPresent()
              ? String.format(Locale.ROOT, "%.2f", verdict.confidence().getAsDouble())
              : "-";
      lines.add(
          String.format(
              "  %-14s  %4s  %s  %s",
              verdict.kind().words(), confidence, place(finding), rule(finding)));
      lines.add("                        " + PlainText.of(verdict.reason(), MOST_REASON));
    }
    if (findings.size() > MOST) {
      lines.add("  ... and " + (findings.size() - MOST) + " more in the log");
    }
    return lines;
  }

  private static String place(ToolFinding finding) {
    if (finding.path().isEmpty()) {
      return "(no file)";
    }
    return finding.line().isPresent()
        ? finding.path() + ":" + finding.line().getAsInt()
        : finding.path();
  }

  private static String rule(ToolFinding finding) {
    String rule = finding.entry().rule();
    return rule.isEmpty() ? finding.entry().tool() : rule;
  }

  /** How many went which way. */
  public String summary() {
    return String.format(
        "%d findings: %d kept, %d proposed to be suppressed, %d not judged",
        verdicts.size(),
        count(Verdict.Kind.TRUE_POSITIVE),
        count(Verdict.Kind.FALSE_POSITIVE),
        count(Verdict.Kind.NOT_JUDGED));
  }

  private long count(Verdict.Kind kind) {
    return verdicts.stream().filter(verdict -> verdict.kind() == kind).count();
  }
}
