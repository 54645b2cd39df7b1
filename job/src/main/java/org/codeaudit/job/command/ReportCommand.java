package org.codeaudit.job.command;

import static org.apache.spark.sql.functions.col;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.job.console.Report;
import org.codeaudit.job.option.ConfidenceConverter;
import org.codeaudit.job.option.OutputOptions;
import org.codeaudit.job.option.ReviewOptions;
import org.codeaudit.job.option.SparkOptions;
import org.codeaudit.job.report.FindingsLog;
import org.codeaudit.job.report.LatestFindings;
import org.codeaudit.job.report.html.HtmlReport;
import org.codeaudit.job.sarif.SarifFile;
import org.codeaudit.job.series.CoverageTable;
import org.codeaudit.job.sink.Existing;
import org.codeaudit.job.sink.FileNames;
import org.codeaudit.job.sink.OutputErrors;
import org.codeaudit.job.sink.OutputFolder;
import org.codeaudit.job.sink.PlainFile;
import org.codeaudit.job.sink.RunSchema;
import org.codeaudit.udf.row.ReviewSchema;
import picocli.CommandLine.ArgGroup;
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
          + " a log for each repository; as a page for people. A file that was reviewed whole stands"
          + " as it was asked about last; each commit's changes stand for themselves. No model is"
          + " needed."
    })
public final class ReportCommand implements Callable<Integer> {

  @Parameters(paramLabel = "DIR", description = "The output folder of earlier runs.")
  String folder;

  @ArgGroup(exclusive = false, multiplicity = "1")
  Outputs outputs;

  /** At least one is asked for. */
  static final class Outputs {
    @Option(
        names = "--sarif",
        paramLabel = "PATH",
        description =
            "Where the log goes: a file if the name ends with .sarif or .json, which can hold one"
                + " repository, or else a folder, in which each has a file of its name.")
    String sarif;

    @Option(
        names = "--html",
        paramLabel = "FILE",
        description =
            "Where the page goes: one file that needs nothing else, of all repositories or the one"
                + " of --repository.")
    String html;
  }

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
      description = "File format of the tables; default ${DEFAULT-VALUE}.")
  String format = "parquet";

  @Mixin SparkOptions spark;
  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    SparkSession session = spark.session("report");
    List<String> tables = List.of(ReviewStep.REVIEWS, ReviewStep.FINDINGS);
    try (OutputFolder output =
        OutputFolder.open(
            session, folder, OutputOptions.newRunId(), Existing.RESUME, format, tables)) {
      if (!tables.stream().allMatch(output::holdsFiles)) {
        throw nothing("it does not hold the tables " + String.join(" and ", tables));
      }
      write(session, output);
      return ExitCode.OK;
    } finally {
      session.stop();
    }
  }

  private void write(SparkSession session, OutputFolder output) {
    Dataset<Row> reviews = output.read(ReviewStep.REVIEWS, ReviewSchema.REVIEWS);
    Dataset<Row> findings = output.read(ReviewStep.FINDINGS, ReviewStep.findingsSchema());
    Dataset<Row> coverage = output.read(CoverageTable.TABLE, CoverageTable.SCHEMA);
    Dataset<Row> standing = LatestFindings.reviews(reviews, coverage);
    Set<String> names = repositories(standing);
    List<Row> found =
        LatestFindings.of(standing, findings, minConfidence)
            .where(col("repository").isInCollection(names))
            .collectAsList();
    if (outputs.sarif != null) {
      writeLogs(session, names, found);
    }
    if (outputs.html != null) {
      HtmlReport.Tables tables =
          new HtmlReport.Tables(
              reviews, coverage, findings, output.read(ReviewStep.RUNS, RunSchema.RUNS));
      writePage(
          session, HtmlReport.of(CommandContext.VERSION, tables, choice(names), standing, found));
      say("%d findings  %s%n", found.size(), outputs.html);
    }
  }

  private void writeLogs(SparkSession session, Set<String> names, List<Row> found) {
    Map<String, List<Row>> byRepository =
        found.stream().collect(Collectors.groupingBy(row -> row.<String>getAs("repository")));
    FileNames files = new FileNames();
    for (String name : names) {
      List<Row> own = byRepository.getOrDefault(name, List.of());
      String path =
          isFile() ? outputs.sarif : outputs.sarif + "/" + files.next(stem(name), ".sarif");
      SarifFile.write(
          SarifFile.bytes(FindingsLog.of(CommandContext.VERSION, own)),
          path,
          session.sparkContext().hadoopConfiguration());
      say("%s  %d findings  %s%n", Report.printable(name), own.size(), path);
    }
  }

  private HtmlReport.Choice choice(Set<String> names) {
    return new HtmlReport.Choice(
        new Path(folder).getName(), names, repository != null, minConfidence);
  }

  private void writePage(SparkSession session, byte[] page) {
    PlainFile.write(
        page,
        outputs.html,
        session.sparkContext().hadoopConfiguration(),
        ErrorClass.HTML_UNWRITABLE);
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
    if (isFile() && names.size() > 1) {
      throw new AuditException(
          ErrorClass.OPTION,
          "Cannot write " + outputs.sarif,
          "a log holds one repository, and there are " + names.size() + ": " + names,
          "Name a folder with --sarif, or one of them with --repository");
    }
    return names;
  }

  private AuditException nothing(String why) {
    return OutputErrors.noTables("report", folder, why, "review");
  }

  private boolean isFile() {
    String sarif = outputs.sarif;
    return sarif != null && (sarif.endsWith(".sarif") || sarif.endsWith(".json"));
  }

  /** The repository's last name. */
  private static String stem(String repository) {
    String last = repository.replaceFirst("/+$", "").replaceFirst("^.*/", "");
    String stem = last.replaceFirst("\\.git$", "").replaceAll("[^\\w.-]", "_");
    return stem.isEmpty() ? "repository" : stem;
  }
}
