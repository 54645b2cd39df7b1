package org.codeaudit.job.report.html;

import static org.apache.spark.sql.functions.col;

import gg.jte.html.OwaspHtmlTemplateOutput;
import gg.jte.output.Utf8ByteOutput;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.codeaudit.job.report.LatestFindings;
import org.codeaudit.job.report.VisibleText;

/** What the runs of a folder found, as one page. */
public final class HtmlReport {
  private HtmlReport() {}

  /**
   * The tables of a folder, all of their rows.
   *
   * @param runs empty where no run came to its end
   */
  public record Tables(
      Dataset<Row> reviews,
      Dataset<Row> coverage,
      Dataset<Row> findings,
      Dataset<Row> states,
      Dataset<Row> runs) {}

  /**
   * What the page is about.
   *
   * @param folder the name of the folder, for the title
   * @param repositories those that are shown
   * @param only whether others are left out
   * @param least findings of checks of less confidence are left out
   */
  public record Choice(String folder, Set<String> repositories, boolean only, double least) {}

  /**
   * The page in UTF-8.
   *
   * @param version of this program
   * @param standing rows of {@code reviews} that stand, as {@link LatestFindings} chooses them
   * @param found rows of {@code findings} that do, of the repositories that are shown
   */
  public static byte[] of(
      String version, Tables tables, Choice choice, Dataset<Row> standing, List<Row> found) {
    List<Run> runs = Run.of(tables.reviews(), tables.runs());
    Set<String> names = choice.repositories();
    Optional<Trend> trend =
        runs.size() < 2
            ? Optional.empty()
            : Optional.of(
                Trend.of(
                    tables.reviews(),
                    tables.coverage(),
                    tables.findings(),
                    tables.states(),
                    runs,
                    names,
                    choice.least()));
    return written(
        new Page(
            version,
            VisibleText.line(choice.folder()),
            choice.only() ? names.stream().findFirst().map(VisibleText::line) : Optional.empty(),
            choice.least(),
            Coverage.of(standing.where(col("repository").isInCollection(names))),
            runs,
            trend,
            ShownFinding.of(found),
            Assets.load()));
  }

  /** The page in UTF-8. */
  static byte[] written(Page page) {
    Utf8ByteOutput output = new Utf8ByteOutput();
    JtereportGenerated.render(new OwaspHtmlTemplateOutput(output), null, page);
    return output.toByteArray();
  }
}
