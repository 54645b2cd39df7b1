package org.codeaudit.job.sink;

import java.io.IOException;
import org.apache.hadoop.fs.Path;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;

/** The errors of an output folder. */
public final class OutputErrors {
  private OutputErrors() {}

  /** A folder without the tables that a command needs. */
  public static AuditException noTables(String what, String folder, String why, String writer) {
    return new AuditException(
        ErrorClass.NO_TABLES,
        "There is nothing to " + what + " in " + folder,
        why,
        "Name the folder that a " + writer + " was told with --out");
  }

  /** Executors write to their own disks, so there is nothing to publish. */
  public static AuditException notShared(long rows, String folder) {
    return new AuditException(
        ErrorClass.OUTPUT_NOT_SHARED,
        "None of " + rows + " rows arrived in " + folder,
        "the driver and the executors see different folders of this name",
        "Pass an --out that all of them share, on a file system such as hdfs or s3a");
  }

  static AuditException noPath(String folder, IllegalArgumentException cause) {
    return unwritable(folder, "If it is a name with a colon, write it as ./" + folder, cause);
  }

  static AuditException unwritable(String folder, IOException cause) {
    return unwritable(
        folder,
        "Check that it is a folder, that you may write there and that the disk has room",
        cause);
  }

  private static AuditException unwritable(String folder, String fix, Exception cause) {
    return new AuditException(
        ErrorClass.OUTPUT_UNWRITABLE,
        "Cannot write to the output folder " + folder,
        String.valueOf(cause.getMessage()),
        fix,
        cause);
  }

  static AuditException unreadable(String table, Path folder, IOException cause) {
    return new AuditException(
        ErrorClass.OUTPUT_UNREADABLE,
        "Cannot read " + table + " in " + folder,
        cause.toString(),
        "Check that it is there and that you may read it",
        cause);
  }

  /** A manifest that says nothing, so that its wave can neither be finished nor left out. */
  static AuditException manifest(Path file, IOException cause) {
    return new AuditException(
        ErrorClass.OUTPUT_UNREADABLE,
        "Cannot read what an earlier run published: " + file.toUri().getPath(),
        String.valueOf(cause.getMessage()).lines().findFirst().orElse("it is damaged"),
        "Put the file back if there is a copy. Else delete it: what is staged of this wave is then"
            + " removed. Rows of it that are in the table of answers already are not asked again, and"
            + " may lack their findings",
        cause);
  }

  /** A published wave that is not, or not all, in the tables. */
  static AuditException unfinished(String folder, String format, Path manifest) {
    return new AuditException(
        ErrorClass.OUTPUT_UNREADABLE,
        "The tables in " + folder + " lack rows that a run has published",
        manifest + " is not carried out: the run ended too early, or is at work there",
        "Run the command that wrote there again, or audit report "
            + folder
            + " --html FILE --format "
            + format
            + ":"
            + " either brings the rows into the tables first");
  }

  static AuditException exists(String table, String folder) {
    return new AuditException(
        ErrorClass.OUTPUT_EXISTS,
        "The output folder " + folder + " holds a table '" + table + "' already",
        "--existing fail forbids adding to it",
        "Pass another --out, or --existing resume to go on where that run ended, append to ask"
            + " everything again, or overwrite to replace it");
  }

  static AuditException busy(String runId, String host, long process, Path folder) {
    return new AuditException(
        ErrorClass.OUTPUT_BUSY,
        "Run " + runId + " is writing to " + folder,
        "it runs on " + host + " as process " + process + " and is alive",
        "Wait until it is done, end it, or pass another --out");
  }

  static AuditException format(String format, String why, Exception cause) {
    return new AuditException(
        ErrorClass.OUTPUT_FORMAT,
        "Cannot write tables in the format " + format,
        why,
        "Pass --format parquet, orc, json or delta, as the tables have it; a format of another jar"
            + " needs --jars",
        cause);
  }

  /** A wave that this command cannot bring into the tables, for it names another format. */
  static AuditException publishedAs(String published, String format, Path manifest) {
    return new AuditException(
        ErrorClass.OUTPUT_FORMAT,
        "Cannot finish what an earlier run published in the format " + published,
        "The run ended before its rows were in the tables, as "
            + manifest
            + " says, and this command has the tables in the format "
            + format,
        "Pass --format " + published + ": that brings the rows into the tables first");
  }

  static AuditException deltaNotSetUp(String settings) {
    return new AuditException(
        ErrorClass.OUTPUT_FORMAT,
        "Cannot write tables in the format delta",
        "The Spark session was begun without Delta's extension and catalogue",
        "Add " + settings);
  }

  /** Rows that were written and cannot be published. */
  static AuditException notPublished(Path folder, IOException cause) {
    return new AuditException(
        ErrorClass.OUTPUT_PUBLISH,
        "Cannot publish finished rows in " + folder,
        cause.toString(),
        "Check the folder and run again: what was published is kept and not asked again",
        cause);
  }
}
