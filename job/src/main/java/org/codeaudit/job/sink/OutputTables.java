package org.codeaudit.job.sink;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
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

  /** How often, and how long, a run that is at work is waited for. */
  private static final int LOOKS = 20;

  private static final long LOOK_MILLIS = 500;

  private final SparkSession spark;
  private final String name;
  private final HiddenFolder hidden;
  private final TableLayout layout;

  OutputTables(SparkSession spark, String name, HiddenFolder hidden, TableLayout layout) {
    this.spark = spark;
    this.name = name;
    this.hidden = hidden;
    this.layout = layout;
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
      return new OutputTables(spark, folder, new HiddenFolder(fileSystem, qualified), layout);
    } catch (IllegalArgumentException e) {
      throw OutputErrors.noPath(folder, e);
    } catch (IOException e) {
      throw OutputErrors.unreadable(String.join(", ", tables), new Path(folder), e);
    }
  }

  /**
   * Brings waves into the tables that were published and are not there yet; only then the folder is
   * written to, under its lock.
   *
   * @throws AuditException if that cannot be done
   */
  public OutputTables finish(String runId) {
    Optional<Path> waiting = unfinished();
    while (waiting.isPresent()) {
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
   * Waits for a run that is bringing a wave into the tables.
   *
   * @throws AuditException {@code OUTPUT_UNREADABLE} if a published wave is not in the tables
   */
  public OutputTables requireFinished() {
    awaitFinished()
        .ifPresent(
            manifest -> {
              throw OutputErrors.unfinished(name, manifest);
            });
    return this;
  }

  /** Warns if a published wave is not in the tables. */
  public OutputTables warnIfUnfinished() {
    awaitFinished()
        .ifPresent(
            manifest -> LOG.warn("{}", OutputErrors.unfinished(name, manifest).getMessage()));
    return this;
  }

  private Optional<Path> awaitFinished() {
    try {
      Optional<Path> waiting = unfinished();
      for (int look = 0; waiting.isPresent() && look < LOOKS && isWrittenTo(); look++) {
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
      return hidden.unfinished().stream().findFirst();
    } catch (IOException e) {
      throw OutputErrors.unreadable("_audit/staging", hidden.folder(), e);
    }
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
