package org.codeaudit.job.command;

import static org.apache.spark.sql.functions.col;

import java.io.PrintWriter;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.job.console.Report;
import org.codeaudit.job.option.ConfidenceConverter;
import org.codeaudit.job.option.GateOptions;
import org.codeaudit.job.option.OutputOptions;
import org.codeaudit.job.option.ReportOptions;
import org.codeaudit.job.option.ReviewOptions;
import org.codeaudit.job.option.RulesOptions;
import org.codeaudit.job.option.SparkOptions;
import org.codeaudit.job.report.LatestFindings;
import org.codeaudit.job.report.html.HtmlReport;
import org.codeaudit.job.report.request.CodeQuality;
import org.codeaudit.job.report.request.LineComments;
import org.codeaudit.job.report.request.MarkdownSummary;
import org.codeaudit.job.report.request.RunInputs;
import org.codeaudit.job.sarif.FindingsLog;
import org.codeaudit.job.sarif.SarifFile;
import org.codeaudit.job.series.CoverageTable;
import org.codeaudit.job.series.States;
import org.codeaudit.job.sink.FileNames;
import org.codeaudit.job.sink.OutputErrors;
import org.codeaudit.job.sink.OutputTables;
import org.codeaudit.job.sink.PlainFile;
import org.codeaudit.job.sink.RunSchema;
import org.codeaudit.udf.row.Decisions;
import org.codeaudit.udf.row.ReviewSchema;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code audit report}: what runs found, for tools that do not read tables. */
@Command(
    name = "report",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Writes what the runs of a folder found: as SARIF 2.1.0, which code hosts and editors show,"
          + " a log for each repository; as a page for people; as a summary, comments and a list for"
          + " a merge request. A file that was reviewed whole stands as a run saw it last; each"
          + " commit's changes stand for themselves. No model is needed."
    })
public final class ReportCommand implements Callable<Integer> {

  @Parameters(paramLabel = "DIR", description = "The output folder of earlier runs.")
  String folder;

  @Mixin ReportOptions outputs;

  @Option(
      names = "--repository",
      paramLabel = "NAME",
      description = "Only this one, as the column repository has it; default all.")
  String repository;

  @Option(
      names = "--min-confidence",
      paramLabel = "P",
      converter = ConfidenceConverter.class,
      description =
          "Findings of checks of at least this confidence; default ${DEFAULT-VALUE}. Those of the"
              + " open question all come, for its confidence is no probability.")
  double minConfidence = ReviewOptions.LEAST_OF_CHECKS;

  @Option(
      names = "--format",
      paramLabel = "F",
      description = "Format of the tables; default ${DEFAULT-VALUE}.")
  String format = "parquet";

  @Option(
      names = "--last-run",
      description = "Only what the last run saw, whether it asked about it or an earlier one had.")
  boolean lastRun;

  @Mixin GateOptions gate;
  @Mixin RulesOptions rules;
  @Mixin SparkOptions spark;
  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    if (!outputs.given() && gate.gate().isEmpty()) {
      throw new AuditException(
          ErrorClass.OPTION,
          "There is nothing to write",
          "neither a file nor a gate is asked for",
          "Pass --sarif, --html, --code-quality, --markdown, --comments or --fail-on");
    }
    Decisions decisions = new Decisions(rules.rules(), LocalDate.now(ZoneOffset.UTC));
    SparkSession session = spark.session("report");
    List<String> names = List.of(ReviewStep.REVIEWS, ReviewStep.FINDINGS);
    try {
      OutputTables tables =
          OutputTables.open(session, folder, format, ReviewStep.SERIES_TABLES)
              .finish(OutputOptions.newRunId());
      if (!names.stream().allMatch(tables::holdsFiles)) {
        throw nothing("it does not hold the tables " + String.join(" and ", names));
      }
      return report(session, tables, decisions);
    } finally {
      session.stop();
    }
  }

  private int report(SparkSession session, OutputTables output, Decisions decisions) {
    // In the opposite order to that in which a run brings a wave there, which may be now: what
    // coverage names must be in the others.
    Dataset<Row> states = output.read(States.TABLE, States.SCHEMA);
    Dataset<Row> coverage = output.read(CoverageTable.TABLE, CoverageTable.SCHEMA);
    Dataset<Row> findings = output.read(ReviewStep.FINDINGS, ReviewStep.findingsSchema());
    Dataset<Row> reviews = output.read(ReviewStep.REVIEWS, ReviewSchema.REVIEWS);
    Dataset<Row> standing =
        lastRun
            ? RunInputs.standing(reviews, coverage, lastRun(coverage, output))
            : LatestFindings.reviews(reviews, coverage);
    Set<String> names = repositories(standing);
    List<Row> found =
        decisions.of(
            LatestFindings.of(standing, findings, minConfidence)
                .where(col("repository").isInCollection(names))
                .collectAsList());
    List<Row> open = found.stream().filter(Decisions::isOpen).toList();
    List<Row> shutting = gate.shutBy(open, states, coverage);
    if (outputs.sarif != null) {
      writeLogs(session, names, found);
    }
    if (outputs.html != null) {
      HtmlReport.Tables tables =
          new HtmlReport.Tables(
              reviews, coverage, findings, states, output.read(ReviewStep.RUNS, RunSchema.RUNS));
      byte[] page = HtmlReport.of(CommandContext.VERSION, tables, choice(names), standing, found);
      writeFile(session, outputs.html, found, rows -> page);
    }
    writeFile(session, outputs.codeQuality, open, CodeQuality::of);
    writeFile(
        session, outputs.markdown, found, rows -> MarkdownSummary.of(rows, gate.gate(), shutting));
    writeFile(session, outputs.comments, open, LineComments::of);
    gate.gate().ifPresent(one -> say("%s%n", one.sentence(shutting)));
    return shutting.isEmpty() ? ExitCode.OK : ExitCode.GATE_SHUT;
  }

  private String lastRun(Dataset<Row> coverage, OutputTables output) {
    String run = RunInputs.last(coverage);
    if (!RunInputs.ended(output.read(ReviewStep.RUNS, RunSchema.RUNS), run)) {
      say(
          "The last run, %s, has no row in the table runs: if it was cut short, what it had not"
              + " published yet is missing here%n",
          run);
    }
    return run;
  }

  private void writeLogs(SparkSession session, Set<String> names, List<Row> found) {
    Map<String, List<Row>> byRepository =
        found.stream().collect(Collectors.groupingBy(row -> row.<String>getAs("repository")));
    FileNames files = new FileNames();
    for (String name : names) {
      List<Row> own = byRepository.getOrDefault(name, List.of());
      String path =
          outputs.isOneLog()
              ? outputs.sarif
              : outputs.sarif + "/" + files.next(stem(name), ".sarif");
      SarifFile.write(
          FindingsLog.bytes(CommandContext.VERSION, own),
          path,
          session.sparkContext().hadoopConfiguration());
      say("%s  %s  %s%n", Report.printable(name), counted(own), path);
    }
  }

  private static String counted(List<Row> findings) {
    long suppressed = findings.stream().filter(row -> !Decisions.isOpen(row)).count();
    String all = findings.size() + " findings";
    return suppressed == 0 ? all : all + ", " + suppressed + " of them suppressed";
  }

  private HtmlReport.Choice choice(Set<String> names) {
    return new HtmlReport.Choice(
        new Path(folder).getName(), names, repository != null, minConfidence);
  }

  /** Nothing if no file is named. */
  private void writeFile(
      SparkSession session, String file, List<Row> found, Function<List<Row>, byte[]> format) {
    if (file != null) {
      PlainFile.write(
          format.apply(found),
          file,
          session.sparkContext().hadoopConfiguration(),
          ErrorClass.REPORT_UNWRITABLE);
      say("%s  %s%n", counted(found), file);
    }
  }

  private void say(String line, Object... values) {
    PrintWriter out = spec.commandLine().getOut();
    out.printf(line, values);
    out.flush();
  }

  /** Those that were reviewed, also if nothing was found: a log without results says so. */
  private Set<String> repositories(Dataset<Row> standing) {
    Set<String> names = new TreeSet<>();
    standing
        .select("repository")
        .distinct()
        .collectAsList()
        .forEach(row -> names.add(row.getString(0)));
    if (names.isEmpty()) {
      throw nothing("it holds no reviews");
    }
    if (repository != null && !names.contains(repository)) {
      throw new AuditException(
          ErrorClass.OPTION,
          "There is no repository " + repository + " in " + folder,
          "it has " + names,
          "Correct --repository");
    }
    if (repository != null) {
      names.retainAll(Set.of(repository));
    }
    if (outputs.single().isPresent() && names.size() > 1) {
      throw new AuditException(
          ErrorClass.OPTION,
          "Cannot write " + outputs.single().get(),
          "it holds one repository, and there are " + names.size() + ": " + names,
          "Name one of them with --repository, or a folder with --sarif for a log of each");
    }
    return names;
  }

  private AuditException nothing(String why) {
    return OutputErrors.noTables("report", folder, why, "review");
  }

  /** The repository's last name. */
  private static String stem(String repository) {
    String last = repository.replaceFirst("/+$", "").replaceFirst("^.*/", "");
    String stem = last.replaceFirst("\\.git$", "").replaceAll("[^\\w.-]", "_");
    return stem.isEmpty() ? "repository" : stem;
  }
}
