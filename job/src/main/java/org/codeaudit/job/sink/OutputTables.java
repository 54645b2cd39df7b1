package org.codeaudit.job.sink;

import java.io.IOException;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.job.source.row.LiteralPaths;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tables of an output folder for those who only read: no lock is taken and nothing is written.
 * Other runs may be writing there. Who needs every wave whole asks for that first.
 */
public final class OutputTables {
  private static final Logger LOG = LoggerFactory.getLogger(OutputTables.class);

  /** How often, and how long, a run that is at work is waited for: ten seconds. */
  private static final int LOOKS = 20;

  /** Of a run that always has another wave on its way not every one is waited for. */
  private static final int ROUNDS = 3;

  private static final long LOOK_MILLIS = 500;

  private final SparkSession spark;
  private final String name;
  private final HiddenFolder hidden;
  private final TableLayout layout;

  /** Those whose waves must be whole. */
  private final Set<String> tables;

  OutputTables(
      SparkSession spark,
      String name,
      HiddenFolder hidden,
      TableLayout layout,
      Collection<String> tables) {
    this.spark = spark;
    this.name = name;
    this.hidden = hidden;
    this.layout = layout;
    this.tables = Set.copyOf(tables);
  }

  /**
   * The tables of a folder, which need not exist.
   *
   * @param tables those that will be read
   * @throws AuditException if there is no such file system or format, or a table lies in another
   */
  public static OutputTables open(
      SparkSession spark, String folder, String format, List<String> tables) {
    try {
      Path path = new Path(LiteralPaths.place(folder));
      FileSystem fileSystem = path.getFileSystem(spark.sessionState().newHadoopConf());
      Path qualified = fileSystem.makeQualified(path);
      TableLayout layout = TableFormat.layout(spark, fileSystem, qualified, format);
      for (String table : tables) {
        layout.check(table);
      }
      return new OutputTables(
          spark, folder, new HiddenFolder(fileSystem, qualified), layout, tables);
    } catch (IllegalArgumentException e) {
      throw OutputErrors.noPath(folder, e);
    } catch (IOException e) {
      throw OutputErrors.unreadable(String.join(", ", tables), new Path(folder), e);
    }
  }

  /**
   * Brings waves into the tables that were published and are not there yet; only then the folder is
   * written to, under its lock. A run that publishes faster than that is left to it.
   *
   * @throws AuditException if that cannot be done
   */
  public OutputTables finish(String runId) {
    Optional<Path> waiting = unfinished();
    for (int round = 0; waiting.isPresent() && round < ROUNDS; round++) {
      try {
        OutputFolder.open(spark, name, runId, Existing.RESUME, layout.format(), List.of()).close();
      } catch (AuditException e) {
        // The run that published it may have brought it there meanwhile.
        if (e.errorClass() != ErrorClass.OUTPUT_BUSY || unfinished().equals(waiting)) {
          throw e;
        }
      }
      waiting = unfinished();
    }
    return this;
  }

  /**
   * Waits for a run that is bringing a wave into the tables, ten seconds at most.
   *
   * @throws AuditException {@code OUTPUT_UNREADABLE} if a published wave is not in the tables
   */
  public OutputTables requireFinished() {
    awaitFinished()
        .ifPresent(
            manifest -> {
              throw unfinished(manifest);
            });
    return this;
  }

  /** Warns if a published wave is not in the tables, or if that cannot be told. */
  public OutputTables warnIfUnfinished() {
    try {
      awaitFinished().ifPresent(manifest -> LOG.warn("{}", unfinished(manifest).getMessage()));
    } catch (AuditException e) {
      LOG.warn("Whether all that was published is in the tables is not known: {}", e.getMessage());
    }
    return this;
  }

  private AuditException unfinished(Path manifest) {
    return OutputErrors.unfinished(name, layout.format(), manifest);
  }

  private Optional<Path> awaitFinished() {
    try {
      Optional<Path> waiting = unfinished();
      for (int look = 0; waiting.isPresent() && look < LOOKS; look++) {
        if (!isWrittenTo()) {
          return unfinished(); // who wrote may have finished it last
        }
        Thread.sleep(LOOK_MILLIS);
        waiting = unfinished();
      }
      return waiting;
    } catch (IOException e) {
      throw OutputErrors.unreadable("_audit/lock", hidden.folder(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return unfinished();
    }
  }

  private boolean isWrittenTo() throws IOException {
    return hidden.fileSystem().exists(hidden.lock());
  }

  private Optional<Path> unfinished() {
    try {
      for (Path manifest : hidden.unfinished()) {
        if (concerns(manifest)) {
          return Optional.of(manifest);
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      throw OutputErrors.unreadable("_audit/staging", hidden.folder(), e);
    }
  }

  /** Whether a wave changes a table that is read. One whose manifest is gone is finished. */
  private boolean concerns(Path manifest) throws IOException {
    return hidden.fileSystem().exists(manifest)
        && !Collections.disjoint(Manifest.read(hidden.fileSystem(), manifest).tables(), tables);
  }

  /** Whether there are files of a table. */
  public boolean holdsFiles(String table) {
    try {
      return layout.holdsFiles(table);
    } catch (IOException e) {
      throw OutputErrors.unreadable(table, hidden.folder(), e);
    }
  }

  /** The rows of a table in the columns of {@code schema}; none if there is no such table. */
  public Dataset<Row> read(String table, StructType schema) {
    return holdsFiles(table)
        ? layout.read(table, schema)
        : spark.createDataFrame(List.of(), schema);
  }
}
