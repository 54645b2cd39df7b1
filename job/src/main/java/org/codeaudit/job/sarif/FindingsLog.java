package org.codeaudit.job.sarif;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.spark.sql.Row;
import org.codeaudit.finding.Category;
import org.codeaudit.finding.Severity;
import org.codeaudit.udf.row.Decisions;

/** The findings of one repository as a SARIF log, within the limits of GitHub's code scanning. */
public final class FindingsLog {
  /** GitHub refuses a run with more. */
  static final int MOST_RESULTS = 25_000;

  /** GitHub refuses a rule with more. */
  static final int MOST_TAGS = 20;

  /** GitHub refuses a log that is larger once it is packed with gzip. */
  static final int MOST_PACKED_BYTES = 10_000_000;

  private static final String SCHEMA =
      "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
  private static final String ROOT = "%SRCROOT%";
  private static final String CWE = "CWE";
  private static final String HELP =
      "A language model has read the code and says what goes wrong there and how to mend it. It is"
          + " often wrong: look at the lines, and at the property confidence, before acting on it.";
  private static final String UNRESERVED =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

  /** About how well code works, not about how safe it is. */
  private static final Set<Category> QUALITY =
      EnumSet.of(
          Category.INCORRECT_LOGIC,
          Category.API_MISUSE,
          Category.PERFORMANCE,
          Category.DEAD_CODE,
          Category.MAINTAINABILITY,
          Category.OTHER,
          Category.INFINITE_LOOP,
          Category.UNCHECKED_ERROR,
          Category.OFF_BY_ONE,
          Category.DEADLOCK,
          Category.NULL_DEREFERENCE);

  private FindingsLog() {}

  /**
   * The log in UTF-8.
   *
   * @param version of this program
   * @param findings rows of the table {@code findings}, in any order; of too many those that are
   *     suppressed and the least sure are left out, and the log says how many
   */
  public static byte[] bytes(String version, List<Row> findings) {
    int most = MOST_RESULTS;
    while (true) {
      byte[] log = SarifFile.bytes(of(version, findings, most));
      long packed = log.length <= MOST_PACKED_BYTES ? log.length : packed(log);
      if (packed <= MOST_PACKED_BYTES) {
        return log;
      }
      // A tenth less than in proportion: the next log is most likely small enough.
      most = (int) (Math.min(most, findings.size()) * 0.9 * MOST_PACKED_BYTES / packed);
    }
  }

  private static long packed(byte[] log) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream packing = new GZIPOutputStream(packed)) {
      packing.write(log);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory does not fail", e);
    }
    return packed.size();
  }

  private static SarifDocument of(String version, List<Row> findings, int most) {
    List<Row> kept =
        findings.stream()
            .sorted(openFirst().thenComparing(gravestFirst()))
            .limit(most)
            .sorted(gravestFirst())
            .collect(Collectors.toList());
    Map<String, List<Row>> byRule = new LinkedHashMap<>();
    kept.forEach(row -> byRule.computeIfAbsent(category(row), c -> new ArrayList<>()).add(row));
    List<String> ids = List.copyOf(byRule.keySet());
    List<SarifDocument.Taxon> taxa =
        kept.stream()
            .flatMap(row -> number(row).stream())
            .distinct()
            .sorted()
            .map(SarifDocument.Taxon::new)
            .toList();
    SarifDocument.Driver driver =
        new SarifDocument.Driver(
            "Code Audit",
            version,
            byRule.entrySet().stream().map(e -> rule(e.getKey(), e.getValue())).toList(),
            taxa.isEmpty() ? List.of() : List.of(new SarifDocument.Component(CWE)));
    return new SarifDocument(
        SCHEMA,
        "2.1.0",
        List.of(
            new SarifDocument.Run(
                new SarifDocument.Tool(driver),
                Map.of(
                    ROOT,
                    new SarifDocument.Base(
                        new SarifDocument.Text("The root of the repository's checkout."))),
                taxa.isEmpty() ? List.of() : List.of(taxonomy(taxa)),
                "utf16CodeUnits",
                kept.stream().map(row -> result(row, ids.indexOf(category(row)))).toList(),
                kept.size() == findings.size()
                    ? Map.of()
                    : Map.of("findingsLeftOut", findings.size() - kept.size()))));
  }

  /** What needs no attention takes no other one's place. */
  private static Comparator<Row> openFirst() {
    return Comparator.comparing(row -> !Decisions.isOpen(row));
  }

  /** The order in which rows of {@code findings} are read: the gravest, and of those the surest. */
  public static Comparator<Row> gravestFirst() {
    return Comparator.comparing((Row row) -> severity(row))
        .thenComparing(row -> -confidence(row).orElse(0.0))
        .thenComparing(row -> row.<String>getAs("path"))
        .thenComparing(row -> row.<String>getAs("fingerprint"));
  }

  private static SarifDocument.Rule rule(String category, List<Row> findings) {
    Severity worst = findings.stream().map(FindingsLog::severity).min(naturally()).get();
    boolean security = Category.of(category).filter(QUALITY::contains).isEmpty();
    List<String> numbers =
        findings.stream().flatMap(row -> number(row).stream()).distinct().sorted().toList();
    Map<String, Object> properties = new LinkedHashMap<>();
    properties.put(
        "tags",
        Stream.concat(
                Stream.of(security ? "security" : "quality"),
                numbers.stream().map(number -> "external/cwe/cwe-" + padded(number)))
            .limit(MOST_TAGS)
            .toList());
    if (security) {
      properties.put("security-severity", score(worst));
    }
    return new SarifDocument.Rule(
        category,
        Stream.of(category.split("-"))
            .map(word -> word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1))
            .collect(Collectors.joining()),
        new SarifDocument.Text(sentence(category)),
        new SarifDocument.Text(meaning(category, numbers)),
        new SarifDocument.Text(HELP),
        new SarifDocument.Level(level(worst)),
        numbers.stream()
            .map(
                number ->
                    new SarifDocument.Relationship(
                        new SarifDocument.Target(number, new SarifDocument.Component(CWE)),
                        List.of("relevant")))
            .toList(),
        properties);
  }

  private static String meaning(String category, List<String> numbers) {
    String weaknesses =
        numbers.isEmpty()
            ? ""
            : " It is a weakness of kind "
                + numbers.stream()
                    .limit(MOST_TAGS - 1)
                    .map(number -> CWE + "-" + number)
                    .collect(Collectors.joining(", "))
                + ".";
    return "Code that a language model takes for this defect: "
        + category.replace('-', ' ')
        + "."
        + weaknesses;
  }

  private static SarifDocument.Taxonomy taxonomy(List<SarifDocument.Taxon> taxa) {
    return new SarifDocument.Taxonomy(
        CWE, "MITRE", new SarifDocument.Text("The Common Weakness Enumeration."), taxa);
  }

  private static SarifDocument.Result result(Row row, int rule) {
    Optional<Double> confidence = confidence(row);
    Map<String, Object> properties = new LinkedHashMap<>();
    properties.put("severity", row.getAs("severity"));
    confidence.ifPresent(sure -> properties.put("confidence", sure));
    for (String column : List.of("commit_id", "model_id", "anchor_status", "suppression_note")) {
      if (row.getAs(column) != null) {
        properties.put(column, row.getAs(column));
      }
    }
    return new SarifDocument.Result(
        category(row),
        rule,
        level(severity(row)),
        new SarifDocument.Text(message(row)),
        List.of(location(row)),
        Map.of(
            // The one that GitHub knows a finding again by.
            "primaryLocationLineHash", row.getAs("fingerprint") + ":1",
            "codeAudit/v1", row.getAs("fingerprint"),
            "codeAuditLoose/v1", row.getAs("fingerprint_loose")),
        Decisions.isOpen(row) ? List.of() : List.of(suppression(row)),
        properties);
  }

  private static SarifDocument.Suppression suppression(Row row) {
    Map<String, Object> properties = new LinkedHashMap<>();
    properties.put("decision", row.getAs("suppressed"));
    for (String column : List.of("suppression_expires", "suppression_decided_by")) {
      if (row.getAs(column) != null) {
        properties.put(column.replace("suppression_", ""), row.getAs(column));
      }
    }
    return new SarifDocument.Suppression(
        Decisions.isInline(row) ? "inSource" : "external",
        "accepted",
        row.getAs("suppression_reason"),
        properties);
  }

  private static String message(Row row) {
    String message = row.<String>getAs("message").strip();
    String suggestion = row.getAs("suggestion");
    String whole = message.isEmpty() ? sentence(category(row)) : message;
    return plain(
        suggestion == null || suggestion.isBlank() ? whole : whole + "\n\n" + suggestion.strip());
  }

  /** Code is no link and no place for an argument, though it may look so (3.11.5, 3.11.6). */
  private static String plain(String text) {
    return text.replaceAll("\\{(\\d+)}", "{{$1}}")
        .replaceAll("\\[([^\\[\\]\n]*)](?=\\()", "\\\\[$1\\\\]");
  }

  /** What stands on no line of the file as it is now is about the file: viewers want a line. */
  private static SarifDocument.Location location(Row row) {
    Integer start = row.getAs("line_start");
    Integer end = row.getAs("line_end");
    boolean placed = start != null && "new".equals(row.getAs("side"));
    return new SarifDocument.Location(
        new SarifDocument.PhysicalLocation(
            new SarifDocument.Artifact(address(row.getAs("path")), ROOT),
            placed
                ? new SarifDocument.Region(
                    start, end, new SarifDocument.Text(row.<String>getAs("quote")))
                : new SarifDocument.Region(1, 1, null)));
  }

  /** A path as a relative reference (RFC 3986). */
  static String address(String path) {
    StringBuilder address = new StringBuilder();
    for (byte part : path.getBytes(StandardCharsets.UTF_8)) {
      boolean plain = part == '/' || UNRESERVED.indexOf(part) >= 0;
      address.append(plain ? String.valueOf((char) part) : String.format("%%%02X", part));
    }
    return address.toString();
  }

  private static String category(Row row) {
    return row.getAs("category");
  }

  private static Optional<String> number(Row row) {
    return Optional.ofNullable(row.<String>getAs("cwe")).map(cwe -> cwe.replaceFirst("^CWE-", ""));
  }

  private static String padded(String number) {
    return "0".repeat(Math.max(0, 3 - number.length())) + number;
  }

  private static Optional<Double> confidence(Row row) {
    return Optional.ofNullable(row.getAs("confidence"));
  }

  /** One that is not known counts least. */
  public static Severity severity(Row row) {
    return Severity.of(row.getAs("severity")).orElse(Severity.INFO);
  }

  private static Comparator<Severity> naturally() {
    return Comparator.naturalOrder();
  }

  /** A category in words. */
  public static String sentence(String category) {
    String words = category.replace('-', ' ');
    return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1) + ".";
  }

  private static String level(Severity severity) {
    return switch (severity) {
      case CRITICAL, HIGH -> "error";
      case MEDIUM -> "warning";
      case LOW, INFO -> "note";
    };
  }

  /** In the middle of what GitHub's code scanning shows as that severity. */
  private static String score(Severity severity) {
    return switch (severity) {
      case CRITICAL -> "9.5";
      case HIGH -> "8.0";
      case MEDIUM -> "5.5";
      case LOW, INFO -> "2.0";
    };
  }
}
