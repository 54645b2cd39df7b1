package org.codeaudit.job.report;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import org.codeaudit.finding.SecretRedactor;
import org.codeaudit.rule.Decision;
import org.codeaudit.rule.FindingFacts;
import org.codeaudit.rule.IgnoreRule;
import org.codeaudit.rule.RepositoryRules;
import org.codeaudit.rule.Ruling;
import org.codeaudit.rule.Suppression;
import org.codeaudit.udf.row.FindingRow;
import org.codeaudit.udf.row.RowBuilder;

/**
 * What people have decided about findings, on the day of a report: decisions of rules that were
 * recorded may have expired since, and rules that are given now count besides.
 */
public final class Decisions {
  private static final String INLINE = Suppression.Kind.INLINE.columnValue();

  private final RepositoryRules rules;
  private final LocalDate today;

  /**
   * @param rules that count besides what was recorded
   * @param today in UTC
   */
  public Decisions(RepositoryRules rules, LocalDate today) {
    this.rules = rules;
    this.today = today;
  }

  /** Whether nobody has said that the finding needs no attention. */
  public static boolean isOpen(Row finding) {
    return finding.getAs("suppressed") == null;
  }

  /** Whether a remark in the code suppresses the finding. */
  public static boolean isInline(Row finding) {
    return INLINE.equals(finding.getAs("suppressed_by"));
  }

  /**
   * The same findings with what holds on that day.
   *
   * @param findings rows of the table {@code findings}
   */
  public List<Row> of(List<Row> findings) {
    return findings.stream().map(this::of).toList();
  }

  private Row of(Row finding) {
    if (isInline(finding)) {
      return finding;
    }
    Ruling now = now(finding);
    if (now.suppression().isPresent()) {
      return with(finding, now);
    }
    Optional<String> expired = expired(finding).or(now::note);
    boolean changes = isOpen(finding) ? now.note().isPresent() : expired(finding).isPresent();
    return changes ? with(finding, new Ruling(Optional.empty(), expired)) : finding;
  }

  private Ruling now(Row finding) {
    FindingFacts facts = facts(finding);
    Ruling ruling = rules.ruling(facts, today);
    if (ruling.suppression().isPresent() || !rules.excludes(facts.path())) {
      return ruling;
    }
    String reason = "the file is excluded by rules";
    return new Ruling(
        Optional.of(
            new Suppression(
                Suppression.Kind.RULES,
                Decision.ACCEPTED,
                reason,
                Optional.empty(),
                Optional.empty())),
        Optional.empty());
  }

  /** What to note of a recorded decision that no longer holds; empty if it does. */
  private Optional<String> expired(Row finding) {
    return Optional.ofNullable(finding.<String>getAs("suppression_expires"))
        .filter(day -> today.isAfter(LocalDate.parse(day)))
        .map(
            day ->
                IgnoreRule.expired(
                    finding.getAs("suppressed"), day, finding.getAs("suppression_reason")));
  }

  private static Row with(Row finding, Ruling ruling) {
    RowBuilder row = new RowBuilder(finding.schema());
    for (StructField column : finding.schema().fields()) {
      row.set(column.name(), finding.getAs(column.name()));
    }
    FindingRow.set(row, ruling, SecretRedactor.SHAPES);
    return row.build();
  }

  /** Tables of earlier versions do not say which check it was. */
  private static Optional<String> check(Row finding) {
    return finding.schema().getFieldIndex("check").isDefined()
        ? Optional.ofNullable(finding.getAs("check"))
        : Optional.empty();
  }

  private static FindingFacts facts(Row finding) {
    return new FindingFacts(
        finding.getAs("path"),
        check(finding),
        finding.getAs("category"),
        Optional.ofNullable(finding.getAs("cwe")),
        FindingsLog.severity(finding),
        finding.getAs("fingerprint"),
        Optional.empty(),
        OptionalInt.empty(),
        OptionalInt.empty());
  }
}
