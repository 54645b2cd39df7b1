package org.codeaudit.job.triage;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.codeaudit.change.Languages;
import org.codeaudit.job.sarif.SarifLog;
import org.codeaudit.job.sarif.SarifResult;
import org.codeaudit.job.source.table.ContentColumn;
import org.codeaudit.review.Claim;
import org.codeaudit.review.Claims;

/** The results of logs as claims about the files they name. */
public final class TriageInput {
  private static final StructType FILES =
      new StructType()
          .add("key", DataTypes.StringType)
          .add("path", DataTypes.StringType)
          .add("text", DataTypes.StringType);
  private static final int MOST_NAME = 200;

  private final SourceFiles files;
  private final ToolChecks checks;
  private final List<ToolFinding> findings = new ArrayList<>();

  private TriageInput(SourceFiles files, ToolChecks checks) {
    this.files = files;
    this.checks = checks;
  }

  /** Looks up every result of every log, and reads the files they name. */
  public static TriageInput of(List<SarifLog> logs, SourceFiles files, ToolChecks checks) {
    TriageInput input = new TriageInput(files, checks);
    for (int i = 0; i < logs.size(); i++) {
      for (SarifLog.Entry entry : logs.get(i).entries()) {
        input.findings.add(input.finding(i, entry));
      }
    }
    return input;
  }

  /** A finding for every result, in the order of the logs. */
  public List<ToolFinding> findings() {
    return findings;
  }

  /** What is to be judged. Results that say the same of the same lines are one claim. */
  public Claims claims() {
    Map<String, Map<String, Claim>> byPath = new TreeMap<>();
    for (ToolFinding finding : findings) {
      finding
          .claim()
          .ifPresent(
              claim ->
                  byPath
                      .computeIfAbsent(finding.path(), path -> new LinkedHashMap<>())
                      .putIfAbsent(claim.id(), claim));
    }
    Map<String, List<Claim>> claims = new TreeMap<>();
    byPath.forEach((path, some) -> claims.put(path, new ArrayList<>(some.values())));
    return Claims.of(claims);
  }

  /** The files that claims are about, as the rows that every source yields. */
  public Dataset<Row> changes(SparkSession spark) {
    List<Row> rows =
        claims().byPath().keySet().stream()
            .map(path -> RowFactory.create(files.name(), path, files.text(path)))
            .toList();
    return ContentColumn.changes(spark.createDataFrame(rows, FILES));
  }

  private ToolFinding finding(int log, SarifLog.Entry entry) {
    if (entry.result().isEmpty()) {
      return not(log, entry, "", OptionalInt.empty(), entry.nothing());
    }
    SarifResult result = entry.result().get();
    OptionalInt start = result.startLine();
    if (result.suppressed()) {
      return not(log, entry, result.file(), start, "it is suppressed already");
    }
    SourceFiles.Found found = files.find(result);
    if (found.path().isEmpty()) {
      return not(log, entry, result.file(), start, found.reason());
    }
    String path = found.path().get();
    if (start.isEmpty() || start.getAsInt() < 1) {
      return not(log, entry, path, OptionalInt.empty(), "it names no line");
    }
    String text = files.text(path);
    int lines = lines(text);
    if (start.getAsInt() > lines) {
      return not(log, entry, path, start, "its file ends at line " + lines);
    }
    int end = Math.max(start.getAsInt(), result.endLine().orElse(start.getAsInt()));
    Claim claim = claim(result, path, text, start.getAsInt(), Math.min(end, lines));
    return new ToolFinding(log, entry, path, start, Optional.of(claim), "");
  }

  private static ToolFinding not(
      int log, SarifLog.Entry entry, String path, OptionalInt line, String reason) {
    return new ToolFinding(log, entry, path, line, Optional.empty(), reason);
  }

  /** Lines as git counts them. */
  private static int lines(String text) {
    int feeds = (int) text.chars().filter(c -> c == '\n').count();
    return text.isEmpty() || text.endsWith("\n") ? feeds : feeds + 1;
  }

  private Claim claim(SarifResult result, String path, String text, int start, int end) {
    Optional<String> language = Languages.ofPath(path).or(() -> Languages.ofFirstLine(text));
    return new Claim(
        id(result, path, start, end),
        PlainText.of(result.tool(), MOST_NAME),
        PlainText.of(result.rule().orElse(""), MOST_NAME),
        checks.of(result, language),
        start,
        end);
  }

  /** The same for what a later log says alike, wherever it stands there. */
  private static String id(SarifResult result, String path, int start, int end) {
    String parts =
        String.join(
            "\0",
            result.tool(),
            result.rule().orElse(""),
            path,
            Integer.toString(start),
            Integer.toString(end),
            result.message());
    return UUID.nameUUIDFromBytes(parts.getBytes(StandardCharsets.UTF_8))
        .toString()
        .replace("-", "");
  }
}
