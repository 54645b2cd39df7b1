package org.codeaudit.job;

import static org.apache.spark.sql.functions.col;

import java.io.PrintWriter;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.codeaudit.AuditException;
import org.codeaudit.job.report.FindingsLog;
import org.codeaudit.job.report.LatestFindings;
import org.codeaudit.job.sarif.SarifFile;
import org.codeaudit.job.sink.Existing;
import org.codeaudit.job.sink.OutputFolder;
import org.codeaudit.udf.ReviewSchema;
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
      "Writes what the runs of a folder found as SARIF 2.1.0, which code hosts and editors show: a"
          + " log for each repository. A file that was reviewed whole stands as it was asked about"
          + " last; each commit's changes stand for themselves. No model is needed."
    })
final class ReportCommand implements Callable<Integer> {

  @Parameters(paramLabel = "DIR", description = "The output folder of earlier runs.")
  String folder;

  @Option(
      names = "--sarif",
      paramLabel = "PATH",
      required = true,
      description =
          "Where the log goes: a file if the name ends with .sarif or .json, which can hold one"
              + " repository, or else a folder, in which each has a file of its name.")
  String sarif;

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
      return Main.OK;
    } finally {
      session.stop();
    }
  }

  private void write(SparkSession session, OutputFolder output) {
    Dataset<Row> standing =
        LatestFindings.reviews(output.read(ReviewStep.REVIEWS, ReviewSchema.REVIEWS));
    Dataset<Row> findings =
        LatestFindings.of(
            standing, output.read(ReviewStep.FINDINGS, ReviewStep.findingsSchema()), minConfidence);
    Set<String> names = repositories(standing);
    Map<String, List<Row>> byRepository =
        findings.where(col("repository").isInCollection(names)).collectAsList().stream()
            .collect(Collectors.groupingBy(row -> row.<String>getAs("repository")));
    PrintWriter out = spec.commandLine().getOut();
    Set<String> taken = new HashSet<>();
    for (String name : names) {
      List<Row> own = byRepository.getOrDefault(name, List.of());
      String path = isFile() ? sarif : sarif + "/" + fileName(name, taken);
      SarifFile.write(
          SarifFile.bytes(FindingsLog.of(Main.VERSION, own)),
          path,
          session.sparkContext().hadoopConfiguration());
      out.printf("%s  %d findings  %s%n", Report.printable(name), own.size(), path);
    }
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
          "OPTION",
          "There is no repository " + repository + " in " + folder,
          "it has " + names,
          "Correct --repository");
    }
    if (repository != null) {
      names.retainAll(Set.of(repository));
    }
    if (isFile() && names.size() > 1) {
      throw new AuditException(
          "OPTION",
          "Cannot write " + sarif,
          "a log holds one repository, and there are " + names.size() + ": " + names,
          "Name a folder with --sarif, or one of them with --repository");
    }
    return names;
  }

  private AuditException nothing(String why) {
    return new AuditException(
        "NO_TABLES",
        "There is nothing to report in " + folder,
        why,
        "Name the folder that a review was told with --out");
  }

  private boolean isFile() {
    return sarif.endsWith(".sarif") || sarif.endsWith(".json");
  }

  /** After the repository's last name; those of one name are numbered. */
  private static String fileName(String repository, Set<String> taken) {
    String stem = repository.replaceFirst("/+$", "").replaceFirst("^.*/", "");
    String named = stem.replaceFirst("\\.git$", "").replaceAll("[^\\w.-]", "_");
    String plain = named.isEmpty() ? "repository" : named;
    String name = plain;
    // Some file systems do not tell cases apart.
    for (int i = 2; !taken.add(name.toLowerCase(Locale.ROOT)); i++) {
      name = plain + "-" + i;
    }
    return name + ".sarif";
  }
}
