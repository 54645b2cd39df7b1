package org.codeaudit.job.option;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What is reviewed. */
public final class SourceOptions {
  private static final String STANDARD_INPUT = "-";

  /** How a repository is read. */
  enum Mode {
    DIFF,
    FILE;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Which commits; at most one of the two. */
  static final class Commits {
    @Option(
        names = "--range",
        paramLabel = "A..B",
        description = "Review the commits of B that A does not have; with --mode file, B's files.")
    String range;

    @Option(
        names = "--commits",
        paramLabel = "N",
        description = "Review the last N commits, or all of them with 'all'; default 1.")
    String last;

    boolean given() {
      return range != null || last != null;
    }
  }

  @Parameters(
      arity = "0..*",
      paramLabel = "SOURCE",
      description =
          "A git repository (working tree, .git, bare, or its address on a server), a folder of"
              + " repositories, a glob, a patch file (unified, git or mailbox), a folder of patches,"
              + " a pipe with a patch, or - for standard input.")
  List<String> sources = new ArrayList<>();

  @Option(
      names = "--repositories",
      paramLabel = "LIST",
      description =
          "A list of repositories: a text file with an address or path and at most a range on a"
              + " line, or a table.")
  String repositories;

  @Option(
      names = "--repositories-format",
      paramLabel = "FORMAT",
      description =
          "What the list is: text (default), a Spark format such as parquet or csv with the columns"
              + " url and range, or table for a name in the catalog.")
  String repositoriesFormat;

  @Option(
      names = "--git-credentials",
      paramLabel = "FILE",
      description =
          "A file of credentials for servers, as git credential-store has it, on every executor;"
              + " default: git's own helpers.")
  String gitCredentials;

  @Mixin TableOptions table;

  @Option(
      names = "--mode",
      description =
          "Review what commits changed (diff) or whole files (file): ${COMPLETION-CANDIDATES};"
              + " default diff.")
  Mode mode = Mode.DIFF;

  @ArgGroup(exclusive = true)
  Commits commits = new Commits();

  @Option(
      names = "--source-option",
      paramLabel = "KEY=VALUE",
      description = "A further option of the git or diff source, e.g. maxBytes; may be repeated.")
  Map<String, String> options = new LinkedHashMap<>();

  /** Refuses options that do not go together, before anything is started. */
  public void check() {
    table.check();
    boolean named = !sources.isEmpty() || repositories != null;
    if (table.given() == named) {
      throw new AuditException(
          ErrorClass.OPTION,
          named ? "Cannot review a table and other sources" : "There is nothing to review",
          named
              ? "--table cannot be combined with other sources"
              : "neither a SOURCE nor --repositories nor --table is given",
          "Pass a repository, a patch file, a list, or a table");
    }
    if (table.given() && (mode != Mode.DIFF || commits.given() || !options.isEmpty())) {
      throw new AuditException(
          ErrorClass.OPTION,
          "Cannot review the table " + table.path,
          "--mode, --range, --commits and --source-option are for repositories and patches",
          "Leave them out; --where selects rows of a table");
    }
  }

  /** The changes of all sources, read by executors when the result is used. */
  public Dataset<Row> changes(SparkSession spark) {
    check();
    if (table.given()) {
      return table.changes(spark);
    }
    // What is named twice is reviewed once, as every row needs a key of its own.
    List<String> named = sources.stream().distinct().toList();
    List<String> patches = named.stream().filter(SourceOptions::isPatch).toList();
    List<String> gits = new ArrayList<>(named);
    gits.removeAll(patches);
    Dataset<Row> changes = null;
    if (!gits.isEmpty() || repositories != null) {
      changes = git(spark).load(gits.toArray(String[]::new));
    }
    if (!patches.isEmpty()) {
      Dataset<Row> diffs =
          spark.read().format("diff").options(options).load(patches.toArray(String[]::new));
      changes = changes == null ? diffs : changes.unionByName(diffs);
    }
    return changes;
  }

  private DataFrameReader git(SparkSession spark) {
    DataFrameReader reader =
        spark.read().format("git").option("mode", mode.toString()).options(options);
    reader = with(reader, "range", commits.range);
    reader = with(reader, "commits", commits.last);
    reader = with(reader, "list", repositories);
    reader = with(reader, "listFormat", repositoriesFormat);
    return with(reader, "gitCredentials", gitCredentials);
  }

  private static DataFrameReader with(DataFrameReader reader, String option, Object value) {
    return value == null ? reader : reader.option(option, value.toString());
  }

  /**
   * A file or a pipe is a patch; a folder holds patches if there are some in it and no repository.
   */
  static boolean isPatch(String source) {
    if (source.equals(STANDARD_INPUT)) {
      return true;
    }
    if (source.contains("://") && !source.startsWith("file:")) {
      return false;
    }
    Path path = Path.of(source);
    if (Files.exists(path) && !Files.isDirectory(path)) {
      return !path.endsWith(".git"); // in a linked working tree it is a file
    }
    if (!Files.isDirectory(path)) {
      return looksLikePatch(source);
    }
    try (Stream<Path> children = Files.list(path)) {
      List<Path> all = children.toList();
      return all.stream().anyMatch(child -> looksLikePatch(child.toString()))
          && all.stream()
              .noneMatch(child -> child.endsWith(".git") || Files.exists(child.resolve(".git")))
          && !Files.exists(path.resolve("HEAD"));
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean looksLikePatch(String name) {
    return name.endsWith(".patch") || name.endsWith(".diff") || name.endsWith(".mbox");
  }
}
