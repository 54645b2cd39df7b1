package org.codeaudit.job.sink;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.codeaudit.job.source.row.LiteralPaths;

/**
 * Each table is a plain folder of files, so that any program can read it. Any file format Spark can
 * write will do. Files of a wave are moved into the tables.
 */
final class PlainTables implements TableLayout {
  /** Formats whose name Spark uses as the ending of file names. */
  private static final Set<String> NAMED_BY_FORMAT = Set.of("parquet", "orc", "json", "avro");

  private final SparkSession spark;
  private final FileSystem fileSystem;
  private final Path folder;
  private final String format;

  PlainTables(SparkSession spark, FileSystem fileSystem, Path folder, String format) {
    this.spark = spark;
    this.fileSystem = fileSystem;
    this.folder = folder;
    this.format = format;
  }

  @Override
  public String format() {
    return format;
  }

  @Override
  public String stagedFormat() {
    return format;
  }

  @Override
  public List<Manifest.Entry> files(String table) throws IOException {
    return Manifest.Entry.in(fileSystem, table, new Path(folder, table));
  }

  @Override
  public void check(String table) throws IOException {
    if (DeltaTables.isThere(fileSystem, new Path(folder, table))) {
      throw OutputErrors.format(format, "The table " + table + " there is one of Delta", null);
    }
    String known = format.toLowerCase(Locale.ROOT);
    if (!NAMED_BY_FORMAT.contains(known)) {
      return;
    }
    for (Manifest.Entry file : files(table)) {
      if (!file.file().endsWith("." + known)) {
        throw OutputErrors.format(
            format, "The table " + table + " there holds " + file.file() + " already", null);
      }
    }
  }

  @Override
  public Dataset<Row> read(String table, StructType schema) {
    return LiteralPaths.read(spark)
        .format(format)
        .schema(schema)
        .load(new Path(folder, table).toString());
  }

  @Override
  public void carryOut(Manifest manifest, Path staging) throws IOException {
    List<Move> moves = new ArrayList<>();
    for (Manifest.Entry entry : manifest.adds()) {
      Path from = new Path(new Path(staging, entry.table()), entry.file());
      Path to = new Path(new Path(folder, entry.table()), entry.file());
      // A move that falls back to a copy and is cut short leaves a part of the file.
      OptionalLong there = length(to);
      if (there.isEmpty() || there.getAsLong() != entry.bytes()) {
        moves.add(new Move(from, to, there.isPresent()));
        // Nothing is removed before it is certain that its replacement exists.
        if (!length(from).equals(OptionalLong.of(entry.bytes()))) {
          throw new IOException(
              entry.file() + " of the published wave " + manifest.fileName() + " is nowhere whole");
        }
      }
    }
    for (Manifest.Entry entry : manifest.removes()) {
      fileSystem.delete(new Path(new Path(folder, entry.table()), entry.file()), false);
    }
    for (Move move : moves) {
      fileSystem.mkdirs(move.to().getParent());
      if (move.replaces()) {
        fileSystem.delete(move.to(), false);
      }
      if (!fileSystem.rename(move.from(), move.to())) {
        throw new IOException("cannot rename " + move.from() + " to " + move.to());
      }
    }
    // Before the wave's staging folder is gone; those of a run that died are among them.
    for (String table : manifest.tables()) {
      LocalDisk.forceNames(fileSystem, new Path(folder, table));
    }
    LocalDisk.forceNames(fileSystem, folder);
  }

  /** In bytes; empty if there is no such file. */
  private OptionalLong length(Path file) throws IOException {
    try {
      return OptionalLong.of(fileSystem.getFileStatus(file).getLen());
    } catch (FileNotFoundException none) {
      return OptionalLong.empty();
    }
  }

  private record Move(Path from, Path to, boolean replaces) {}
}
