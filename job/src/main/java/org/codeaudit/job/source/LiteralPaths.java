package org.codeaudit.job.source;

import java.io.IOException;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.SparkSession;

/**
 * Reads files by names that are meant as they stand. Left alone, Spark takes {@code [1]}, {@code
 * {a}}, {@code *} and {@code ?} in a path for a pattern, and looks at everything beside it.
 */
public final class LiteralPaths {
  /** Spark's own option that switches patterns off: it sets it for the tables of a catalogue. */
  private static final String PATTERNS = "__globPaths__";

  private LiteralPaths() {}

  /** A reader of files of our own, whose names are known. */
  public static DataFrameReader read(SparkSession spark) {
    return spark.read().option(PATTERNS, "false");
  }

  /** A reader of a path that a user gave: a pattern only if nothing has that very name. */
  public static DataFrameReader read(SparkSession spark, String path) {
    return exists(spark, path) ? read(spark) : spark.read();
  }

  private static boolean exists(SparkSession spark, String path) {
    try {
      Path literal = new Path(path);
      return literal.getFileSystem(spark.sessionState().newHadoopConf()).exists(literal);
    } catch (IOException | IllegalArgumentException e) {
      return false; // Spark says what is wrong with it
    }
  }
}
