package org.codeaudit.bench.truth;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.codeaudit.bench.truth.Tally.Figure;
import org.codeaudit.bench.truth.Tally.Kind;
import org.codeaudit.job.sink.Csv;

/** A tally as Markdown for people and as CSV for programs. */
public final class TruthReport {
  /** The share of changed lines that must be at their line. */
  public static final double TARGET = 0.999;

  private static final String LINES = "changed lines";

  private static final StructType FIGURES =
      StructType.fromDDL(
          "part STRING, form STRING, kind STRING, right BOOLEAN, count BIGINT, example STRING");

  private final Tally tally;

  public TruthReport(Tally tally) {
    this.tally = tally;
  }

  /** Changed lines at their line, by all of them; empty if there is none. */
  public OptionalDouble share() {
    Predicate<Kind> lines = kind -> kind.part().equals(LINES);
    return tally.count(lines) == 0 ? OptionalDouble.empty() : OptionalDouble.of(share(lines));
  }

  private double share(Predicate<Kind> kinds) {
    long all = tally.count(kinds);
    return all == 0 ? 0 : (double) tally.count(kinds.and(Kind::right)) / all;
  }

  /** One line for each part and form, then one for each kind with the first example. */
  public List<String> markdown() {
    List<String> lines = new ArrayList<>();
    lines.add("| part | form | compared | right | % |");
    lines.add("|---|---|---:|---:|---:|");
    for (String part : distinct(tally.figures().stream().map(f -> f.kind().part()))) {
      Predicate<Kind> ofPart = kind -> kind.part().equals(part);
      for (String form : distinct(forms(part))) {
        lines.add(line(part, form, ofPart.and(kind -> kind.form().equals(form))));
      }
      lines.add(line(part, "all", ofPart));
    }
    lines.add("");
    lines.add("| part | form | kind | | count | first example |");
    lines.add("|---|---|---|---|---:|---|");
    for (Figure figure : tally.figures()) {
      Kind kind = figure.kind();
      lines.add(
          String.format(
              Locale.ROOT,
              "| %s | %s | %s | %s | %,d | %s |",
              kind.part(),
              kind.form(),
              kind.name(),
              kind.right() ? "right" : "**wrong**",
              figure.count(),
              figure.example().replace("|", "\\|").replaceAll("\\s+", " ")));
    }
    return lines;
  }

  private Stream<String> forms(String part) {
    return tally.figures().stream()
        .map(Figure::kind)
        .filter(kind -> kind.part().equals(part))
        .map(Kind::form);
  }

  private static Set<String> distinct(Stream<String> names) {
    return new LinkedHashSet<>(names.toList());
  }

  private String line(String part, String form, Predicate<Kind> kinds) {
    return String.format(
        Locale.ROOT,
        "| %s | %s | %,d | %,d | %.4f |",
        part,
        form,
        tally.count(kinds),
        tally.count(kinds.and(Kind::right)),
        100 * share(kinds));
  }

  /** Writes one line for each kind, with a head. */
  public void writeCsv(Path file) throws IOException {
    List<Row> rows = new ArrayList<>();
    for (Figure figure : tally.figures()) {
      Kind kind = figure.kind();
      rows.add(
          RowFactory.create(
              kind.part(),
              kind.form(),
              kind.name(),
              kind.right(),
              figure.count(),
              figure.example()));
    }
    Csv.write(file, FIGURES, rows);
  }
}
