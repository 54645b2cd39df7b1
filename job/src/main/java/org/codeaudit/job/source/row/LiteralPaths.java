package org.codeaudit.job.source.row;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.SparkSession;

/**
 * Reads files by literal names. By default Spark takes {@code [1]}, {@code {a}}, {@code *} and
 * {@code ?} in a path for a pattern, and lists everything beside it; Hadoop takes the part before a
 * colon for the name of a file system.
 */
public final class LiteralPaths {
  /** Spark's own option that switches patterns off: it sets it for the tables of a catalogue. */
  private static final String PATTERNS = "__globPaths__";

  private LiteralPaths() {}

  /** A reader of files of our own, whose names are known. */
  public static DataFrameReader read(SparkSession spark) {
    return spark.read().option(PATTERNS, "false");
  }

  /**
   * A reader of a path that a user gave: a pattern only if nothing has that very name.
   *
   * @param path as {@link #place} says it
   */
  public static DataFrameReader read(SparkSession spark, String path) {
    try {
      Path literal = new Path(path);
      FileSystem files = literal.getFileSystem(spark.sessionState().newHadoopConf());
      if (!files.exists(literal)) {
        return spark.read();
      }
      return files instanceof LocalFileSystem && holdsColon(files.makeQualified(literal))
          ? withoutChecksums(read(spark))
          : read(spark);
    } catch (IOException | IllegalArgumentException e) {
      return spark.read(); // it says what is wrong with the path
    }
  }

  /**
   * A path as Hadoop has to be told it: {@code t:10:30} is no address if a file or folder of the
   * working folder has that name.
   */
  public static String place(String path) {
    int colon = path.indexOf(':');
    if (colon < 0 || path.lastIndexOf('/', colon) >= 0 || path.startsWith("/", colon + 1)) {
      return path;
    }
    try {
      return Files.exists(java.nio.file.Path.of(path)) ? "./" + path : path;
    } catch (InvalidPathException none) {
      return path;
    }
  }

  /**
   * For each file {@code x} Hadoop looks for checksums in {@code .x.crc}, and takes a colon in that
   * name for the end of a file system's.
   */
  private static DataFrameReader withoutChecksums(DataFrameReader reader) {
    return reader
        .option("fs.file.impl", RawLocalFileSystem.class.getName())
        .option("fs.file.impl.disable.cache", "true");
  }

  /** Whether there is a colon in the name of a file or of one below a folder. */
  private static boolean holdsColon(Path local) {
    java.nio.file.Path root = java.nio.file.Path.of(local.toUri().getPath());
    try (Stream<java.nio.file.Path> below = Files.walk(root)) {
      return below.anyMatch(file -> String.valueOf(file.getFileName()).contains(":"));
    } catch (IOException | UncheckedIOException unreadable) {
      return false; // who reads it says so
    }
  }
}
