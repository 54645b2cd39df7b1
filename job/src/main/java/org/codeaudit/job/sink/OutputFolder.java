package org.codeaudit.job.sink;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.codeaudit.AuditException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tables of one run on the way to their folder. They are written to a staging folder beside
 * their place and moved there when all are whole, so that a reader never sees half a run and a run
 * that dies leaves earlier ones as they were.
 *
 * <p>Any file system Hadoop knows and any file format Spark can write will do.
 */
public final class OutputFolder implements AutoCloseable {
  /** The error of a run whose tables were written and could not be moved to their place. */
  public static final String NOT_PUBLISHED = "OUTPUT_PUBLISH";

  private static final Logger LOG = LoggerFactory.getLogger(OutputFolder.class);
  private static final String STAGING = "_staging-";

  private final SparkSession spark;
  private final FileSystem fileSystem;
  private final Path folder;
  private final Path staging;
  private final Existing existing;
  private final String format;
  private final List<String> written = new ArrayList<>();

  /** Set while tables are moved: what is staged then may be the only copy. */
  private boolean halfPublished;

  private OutputFolder(
      SparkSession spark,
      FileSystem fileSystem,
      Path folder,
      String runId,
      Existing existing,
      String format) {
    this.spark = spark;
    this.fileSystem = fileSystem;
    this.folder = folder;
    this.staging = new Path(folder, STAGING + runId);
    this.existing = existing;
    this.format = format;
  }

  /**
   * Prepares the folder before anything expensive is done. The caller closes the result, which
   * removes what was staged and not published.
   *
   * @param tables the tables this run will write
   * @throws AuditException if the folder cannot be written, or holds one of the tables and {@code
   *     existing} is {@link Existing#FAIL}
   */
  public static OutputFolder open(
      SparkSession spark,
      String folder,
      String runId,
      Existing existing,
      String format,
      List<String> tables) {
    try {
      Path path = new Path(folder);
      FileSystem fileSystem = path.getFileSystem(spark.sessionState().newHadoopConf());
      Path qualified = fileSystem.makeQualified(path);
      for (String table : tables) {
        Path place = new Path(qualified, table);
        if (existing == Existing.FAIL && fileSystem.exists(place)) {
          throw new AuditException(
              "OUTPUT_EXISTS",
              "The output folder " + folder + " holds a table '" + table + "' already",
              "Results are never overwritten unless asked for",
              "Pass another --out, or --existing append to add this run, or --existing overwrite to"
                  + " replace it");
        }
      }
      OutputFolder output = new OutputFolder(spark, fileSystem, qualified, runId, existing, format);
      if (!fileSystem.mkdirs(output.staging)) {
        throw new IOException("the folder could not be made");
      }
      return output;
    } catch (IOException | IllegalArgumentException e) {
      throw unwritable(folder, e);
    }
  }

  /** Computes the rows once and stages them as a table; see {@link #read} for what was written. */
  public void write(String table, Dataset<Row> rows) {
    rows.write().mode(SaveMode.ErrorIfExists).format(format).save(place(staging, table));
    written.add(table);
  }

  /** A table this run has staged, read back with the schema of {@code rows}. */
  public Dataset<Row> read(String table, org.apache.spark.sql.types.StructType schema) {
    return spark.read().format(format).schema(schema).load(place(staging, table));
  }

  /**
   * Moves every staged table to its place.
   *
   * @return the folder as a readable path
   * @throws AuditException {@link #NOT_PUBLISHED} if one cannot be moved; nothing is removed then
   */
  public String publish() {
    halfPublished = true;
    try {
      for (String table : written) {
        publish(table);
      }
      halfPublished = false;
      return readable();
    } catch (IOException e) {
      throw new AuditException(
          NOT_PUBLISHED,
          "Cannot move the finished tables to " + folder,
          e.toString(),
          "Those not moved yet are whole in " + staging + ": move them by hand",
          e);
    }
  }

  private void publish(String table) throws IOException {
    Path source = new Path(staging, table);
    Path target = new Path(folder, table);
    if (!fileSystem.exists(target)) {
      rename(source, target);
    } else if (existing == Existing.OVERWRITE) {
      Path replaced = new Path(staging, table + "-replaced");
      rename(target, replaced);
      rename(source, target);
    } else if (existing == Existing.FAIL) {
      throw new IOException(target + " has appeared since this run began");
    } else {
      // File names carry a UUID of the write, so those of two runs never meet.
      for (FileStatus file : fileSystem.listStatus(source)) {
        String name = file.getPath().getName();
        if (!name.startsWith("_") && !name.startsWith(".")) {
          rename(file.getPath(), new Path(target, name));
        }
      }
    }
  }

  private void rename(Path source, Path target) throws IOException {
    if (!fileSystem.rename(source, target)) {
      throw new IOException("cannot rename " + source + " to " + target);
    }
  }

  private static String place(Path parent, String table) {
    return new Path(parent, table).toString();
  }

  private String readable() {
    return "file".equals(folder.toUri().getScheme()) ? folder.toUri().getPath() : folder.toString();
  }

  /** Removes the staging folder, unless publishing failed: then it may hold the only copy. */
  @Override
  public void close() {
    if (halfPublished) {
      return;
    }
    try {
      fileSystem.delete(staging, true);
    } catch (IOException e) {
      LOG.warn("The staging folder {} could not be removed: {}", staging, e.toString());
    }
  }

  private static AuditException unwritable(String folder, Exception cause) {
    return new AuditException(
        "OUTPUT_UNWRITABLE",
        "Cannot write to the output folder " + folder,
        String.valueOf(cause.getMessage()),
        "Check that it is a folder, that you may write there and that the disk has room",
        cause);
  }
}
