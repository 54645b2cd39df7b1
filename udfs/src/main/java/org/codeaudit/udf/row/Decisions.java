package org.codeaudit.udf.row;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import org.codeaudit.finding.SecretRedactor;
import org.codeaudit.finding.Severity;
import org.codeaudit.rule.Decision;
import org.codeaudit.rule.FindingFacts;
import org.codeaudit.rule.IgnoreRule;
import org.codeaudit.rule.RepositoryRules;
import org.codeaudit.rule.Ruling;
import org.codeaudit.rule.Suppression;

/**
 * What people have decided about findings that were written earlier: decisions of rules that were
 * recorded may have expired since, and rules that are given now count besides.
 */
public final class Decisions implements MapFunction<Row, Row> {
  private static final long serialVersionUID = 1L;

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
    return findings.stream().map(this::call).toList();
  }

  /** As {@link #of(List)}; the rows may have further columns. */
  public Dataset<Row> of(Dataset<Row> findings) {
    return findings.map(this, Encoders.row(findings.schema()));
  }

  @Override
  public Row call(Row finding) {
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

  private static FindingFacts facts(Row finding) {
    return new FindingFacts(
        finding.getAs("path"),
        Optional.ofNullable(finding.getAs("check")),
        finding.getAs("category"),
        Optional.ofNullable(finding.getAs("cwe")),
        Severity.of(finding.getAs("severity")).orElse(Severity.INFO),
        finding.getAs("fingerprint"),
        Optional.empty(),
        OptionalInt.empty(),
        OptionalInt.empty());
  }
}
