package org.codeaudit.job.sink;

import java.io.IOException;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.codeaudit.AuditException;

/** How rows lie in the tables of an output folder, and what a published wave does to them. */
interface TableLayout {

  /** The format of the tables, as users name it. */
  String format();

  /** The format in which rows of a table are staged. */
  String stagedFormat();

  /** The files a table consists of now; none if there is no table. */
  List<Manifest.Entry> files(String table) throws IOException;

  /**
   * Whether it consists of any; cheaper than {@link #files} where their sizes have to be looked up.
   */
  default boolean holdsFiles(String table) throws IOException {
    return !files(table).isEmpty();
  }

  /**
   * @throws AuditException {@code OUTPUT_FORMAT} if a table that is there lies in another layout:
   *     rows of earlier runs would seem to be missing
   */
  void check(String table) throws IOException;

  /** The rows of a table that is there, in the columns of {@code schema}. */
  Dataset<Row> read(String table, StructType schema);

  /**
   * Does what a published manifest says. May be called again after it was interrupted anywhere, and
   * then does what is left.
   *
   * @param staging what the wave has staged, a folder for each table
   */
  void carryOut(Manifest manifest, Path staging) throws IOException;
}
