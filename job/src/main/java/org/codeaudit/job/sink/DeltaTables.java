package org.codeaudit.job.sink;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.codeaudit.job.source.row.LiteralPaths;

/**
 * Each table is one of Delta Lake. A wave's rows are staged as Parquet and, once its manifest is
 * published, appended to one table after the other. Each append is a transaction that carries the
 * wave's name (Delta's {@code txnAppId} and {@code txnVersion}): Delta leaves out one that it has
 * seen, so a manifest may be carried out as often as needed and every row is there once.
 */
final class DeltaTables implements TableLayout {
  private static final String DELTA = "delta";
  private static final String STAGED = "parquet";

  /** What Delta needs to be told when the session begins, by the setting it belongs to. */
  private static final String EXTENSIONS = "spark.sql.extensions";

  private static final String EXTENSION = "io.delta.sql.DeltaSparkSessionExtension";
  private static final String CATALOG = "spark.sql.catalog.spark_catalog";
  private static final String DELTA_CATALOG = "org.apache.spark.sql.delta.catalog.DeltaCatalog";

  private final SparkSession spark;
  private final FileSystem fileSystem;
  private final Path folder;

  /**
   * @throws org.codeaudit.AuditException {@code OUTPUT_FORMAT} if the session was begun without
   *     what Delta needs
   */
  DeltaTables(SparkSession spark, FileSystem fileSystem, Path folder) {
    this.spark = spark;
    this.fileSystem = fileSystem;
    this.folder = folder;
    if (!spark.conf().get(EXTENSIONS, "").contains(EXTENSION)
        || !spark.conf().get(CATALOG, "").equals(DELTA_CATALOG)) {
      throw OutputErrors.deltaNotSetUp(
          "--conf " + EXTENSIONS + "=" + EXTENSION + " --conf " + CATALOG + "=" + DELTA_CATALOG);
    }
  }

  /** Whether a folder says of itself that it is a table of Delta, be it one without a version. */
  static boolean isThere(FileSystem fileSystem, Path table) throws IOException {
    return fileSystem.exists(log(table));
  }

  /**
   * Whether a table can be read. The first transaction makes the folder of the log, and files of
   * rows beside it, before it has made a version: a driver that dies between leaves a table that
   * Delta cannot read but will append to.
   */
  private boolean hasVersion(String table) throws IOException {
    Path log = log(place(table));
    // The first version is removed only when a later one has a checkpoint.
    return fileSystem.exists(new Path(log, "00000000000000000000.json"))
        || fileSystem.exists(new Path(log, "_last_checkpoint"));
  }

  private static Path log(Path table) {
    return new Path(table, "_delta_log");
  }

  @Override
  public String format() {
    return DELTA;
  }

  @Override
  public String stagedFormat() {
    return STAGED;
  }

  @Override
  public List<Manifest.Entry> files(String table) throws IOException {
    List<Manifest.Entry> files = new ArrayList<>();
    for (String file : names(table)) {
      FileStatus status = fileSystem.getFileStatus(new Path(URI.create(file)));
      files.add(new Manifest.Entry(table, status.getPath().getName(), status.getLen()));
    }
    return files;
  }

  @Override
  public boolean holdsFiles(String table) throws IOException {
    return names(table).length > 0;
  }

  private String[] names(String table) throws IOException {
    return hasVersion(table) ? load(table).inputFiles() : new String[0];
  }

  @Override
  public void check(String table) throws IOException {
    if (!isThere(fileSystem, place(table))
        && !Manifest.Entry.in(fileSystem, table, place(table)).isEmpty()) {
      throw OutputErrors.format(
          DELTA, "The table " + table + " there holds files and is none of Delta", null);
    }
  }

  @Override
  public Dataset<Row> read(String table, StructType schema) {
    return load(table).to(schema.asNullable()); // columns that an older table lacks are null
  }

  @Override
  public void carryOut(Manifest manifest, Path staging) throws IOException {
    Set<String> adds = tables(manifest.adds());
    Set<String> replaced = tables(manifest.removes());
    for (String table : adds) {
      Path staged = new Path(staging, table);
      // They are removed when all tables have their rows, so one that is gone is done.
      if (!Manifest.Entry.in(fileSystem, table, staged).isEmpty()) {
        Dataset<Row> rows = LiteralPaths.read(spark).format(STAGED).load(staged.toString());
        write(table, rows, replaced.contains(table), manifest);
      }
    }
    for (String table : replaced) {
      if (!adds.contains(table)) {
        write(table, load(table).limit(0), true, manifest);
      }
    }
  }

  private void write(String table, Dataset<Row> rows, boolean replace, Manifest manifest) {
    rows.write()
        .format(DELTA)
        .mode(replace ? SaveMode.Overwrite : SaveMode.Append)
        .option(replace ? "overwriteSchema" : "mergeSchema", "true")
        .option("txnAppId", "code-audit " + manifest.runId() + " " + manifest.wave())
        .option("txnVersion", 1)
        .save(place(table).toString());
  }

  private Dataset<Row> load(String table) {
    return LiteralPaths.read(spark).format(DELTA).load(place(table).toString());
  }

  private Path place(String table) {
    return new Path(folder, table);
  }

  private static Set<String> tables(List<Manifest.Entry> entries) {
    return entries.stream()
        .map(Manifest.Entry::table)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }
}
