package org.codeaudit.job.sink;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
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
import org.codeaudit.AuditException;
import org.codeaudit.job.source.row.LiteralPaths;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tables of a series of runs in one folder. A run adds to them in waves: a wave's files are
 * staged out of sight, published all at once by one rename of a {@link Manifest}, and then brought
 * into the tables as their {@link TableLayout} says. A run that dies loses what it had not
 * published, and the next one finishes what was published.
 *
 * <p>Everything but the tables lies in {@code _audit} beside them. Any file system Hadoop knows
 * will do. One run writes at a time; its methods may be called from several threads.
 */
public final class OutputFolder implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OutputFolder.class);

  /** Rows of a wave from which its tables are derived. */
  private static final String MADE = "made";

  private final SparkSession spark;
  private final FileSystem fileSystem;
  private final Path folder;
  private final HiddenFolder hidden;
  private final String runId;
  private final TableLayout layout;
  private final OutputTables tables;
  private final OutputLock lock;

  /** Files that the first wave to be published replaces. */
  private List<Manifest.Entry> replaced = List.of();

  /** The last wave that this run published or tried to, unless it is in the tables. */
  private Optional<Manifest> unfinished = Optional.empty();

  /** How many waves this run has published. */
  private int published;

  private OutputFolder(
      SparkSession spark,
      FileSystem fileSystem,
      Path folder,
      String runId,
      TableLayout layout,
      OutputLock lock) {
    this.spark = spark;
    this.fileSystem = fileSystem;
    this.folder = folder;
    this.hidden = new HiddenFolder(fileSystem, folder);
    this.runId = runId;
    this.layout = layout;
    this.tables = new OutputTables(spark, folder.toString(), hidden, layout, List.of());
    this.lock = lock;
  }

  /**
   * Prepares the folder before anything expensive is done, and finishes what a run that died has
   * published. The caller closes the result.
   *
   * @param tables the tables this run will write
   * @throws AuditException if the folder cannot be written, another run is writing there, or it
   *     holds one of the tables and {@code existing} is {@link Existing#FAIL}
   */
  public static OutputFolder open(
      SparkSession spark,
      String folder,
      String runId,
      Existing existing,
      String format,
      List<String> tables) {
    try {
      Path path = new Path(LiteralPaths.place(folder));
      FileSystem fileSystem = path.getFileSystem(spark.sessionState().newHadoopConf());
      Path qualified = fileSystem.makeQualified(path);
      TableLayout layout = TableFormat.layout(spark, fileSystem, qualified, format);
      HiddenFolder hidden = new HiddenFolder(fileSystem, qualified);
      for (Path made : List.of(hidden.staging(), hidden.manifests())) {
        if (!fileSystem.mkdirs(made)) {
          throw new IOException("the folder could not be made");
        }
      }
      OutputLock lock = OutputLock.take(fileSystem, hidden.lock(), runId, OutputLock.SILENCE);
      OutputFolder output = new OutputFolder(spark, fileSystem, qualified, runId, layout, lock);
      try {
        output.finishEarlierRuns();
        output.prepare(folder, existing, tables);
        return output;
      } catch (Throwable failure) {
        output.close();
        throw failure;
      }
    } catch (IllegalArgumentException e) {
      throw OutputErrors.noPath(folder, e);
    } catch (IOException e) {
      throw OutputErrors.unwritable(folder, e);
    }
  }

  private void prepare(String name, Existing existing, List<String> tables) throws IOException {
    List<Manifest.Entry> present = new ArrayList<>();
    for (String table : tables) {
      layout.check(table);
      List<Manifest.Entry> files = layout.files(table);
      if (existing == Existing.FAIL && !files.isEmpty()) {
        throw OutputErrors.exists(table, name);
      }
      present.addAll(files);
    }
    if (existing == Existing.OVERWRITE) {
      replaced = present;
    }
  }

  /**
   * A folder that all executors see, for the markers of rows that killed an executor. It outlives
   * the run.
   */
  public String journalFolder() {
    return hidden.place("journal").toString();
  }

  /** The file whose presence tells executors to start nothing new in this run. */
  public String stopMarker() {
    return hidden.place("stop-" + runId).toString();
  }

  /** Writes {@link #stopMarker}. */
  public void markStop() {
    try {
      fileSystem.create(new Path(stopMarker()), true).close();
    } catch (IOException e) {
      throw OutputErrors.unwritable(folder.toString(), e);
    }
  }

  /** Removes {@link #stopMarker}, if it was written; it means nothing to other runs. */
  public void clearStop() {
    try {
      fileSystem.delete(new Path(stopMarker()), false);
    } catch (IOException e) {
      LOG.warn("{} could not be removed: {}", stopMarker(), e.toString());
    }
  }

  /** Forgets which rows killed an executor, so that they are run again. */
  public void clearJournal() {
    try {
      fileSystem.delete(hidden.place("journal"), true);
    } catch (IOException e) {
      throw OutputErrors.unwritable(folder.toString(), e);
    }
  }

  /** Markers of rows that killed an executor or are running alone right now. */
  public Set<String> journal() {
    try {
      return children(hidden.place("journal")).stream()
          .map(marker -> marker.getPath().getName())
          .collect(Collectors.toSet());
    } catch (IOException e) {
      throw OutputErrors.unreadable("_audit/journal", folder, e);
    }
  }

  /** Begins a wave; several may be written at once. */
  public Wave wave(String name) {
    return new Wave(name, hidden.staging(runId, name));
  }

  /** A published table; empty if there is none. Rows have the columns of {@code schema}. */
  public Dataset<Row> read(String table, StructType schema) {
    return tables.read(table, schema);
  }

  /** Whether a table has been published and is not about to be replaced. */
  public synchronized boolean holds(String table) {
    return holdsFiles(table) && replaced.stream().noneMatch(entry -> entry.table().equals(table));
  }

  /** Whether there are files of a table, even if they are about to be replaced. */
  public boolean holdsFiles(String table) {
    return tables.holdsFiles(table);
  }

  /** Size of a published table's files in bytes. */
  public long bytes(String table) {
    return published(table).stream().mapToLong(Manifest.Entry::bytes).sum();
  }

  /** Number of a published table's files. */
  public int fileCount(String table) {
    return published(table).size();
  }

  /** Removes the manifests of all waves, which have been carried out. */
  public void forgetManifests() {
    try {
      for (FileStatus manifest : children(hidden.manifests())) {
        fileSystem.delete(manifest.getPath(), false);
      }
    } catch (IOException e) {
      LOG.warn("The manifests in {} could not be removed: {}", folder, e.toString());
    }
  }

  private List<Manifest.Entry> published(String table) {
    try {
      return layout.files(table);
    } catch (IOException e) {
      throw OutputErrors.unreadable(table, folder, e);
    }
  }

  /** A wave on its way into the tables. */
  public final class Wave {
    private final String name;
    private final Path staging;
    private final Set<String> written = new LinkedHashSet<>();

    private Wave(String name, Path staging) {
      this.name = name;
      this.staging = staging;
    }

    /** Unique within the run. */
    public String name() {
      return name;
    }

    /**
     * Computes rows once and keeps them beside what is to be published, in Parquet whatever the
     * tables' format is; see {@link #made} for them.
     */
    public void make(Dataset<Row> rows) {
      rows.write().mode(SaveMode.Overwrite).parquet(new Path(staging, MADE).toString());
    }

    /** What {@link #make} kept. */
    public Dataset<Row> made(StructType schema) {
      return LiteralPaths.read(spark).schema(schema).parquet(new Path(staging, MADE).toString());
    }

    /** Computes the rows once and stages them as a table's. */
    public void write(String table, Dataset<Row> rows) {
      rows.write()
          .mode(SaveMode.Overwrite)
          .format(layout.stagedFormat())
          .save(new Path(staging, table).toString());
      written.add(table);
    }

    /** Whether rows of a table were staged. */
    public boolean holds(String table) {
      return written.contains(table);
    }

    /** Removes what was staged. */
    public void discard() {
      try {
        fileSystem.delete(staging, true);
      } catch (IOException e) {
        LOG.warn("{} could not be removed: {}", staging, e.toString());
      }
    }

    /**
     * Publishes all that was staged, at once. A wave that was published before and could not be
     * brought into the tables is brought there first.
     *
     * @throws AuditException {@code OUTPUT_PUBLISH} if that cannot be done; what is not published
     *     is kept where it was staged until the next run
     */
    public void publish() {
      synchronized (OutputFolder.this) {
        try {
          List<Manifest.Entry> adds = new ArrayList<>();
          for (String table : written) {
            adds.addAll(Manifest.Entry.in(fileSystem, table, new Path(staging, table)));
            LocalDisk.forceFiles(fileSystem, new Path(staging, table));
          }
          for (Path place : List.of(staging, staging.getParent(), hidden.staging())) {
            LocalDisk.forceNames(fileSystem, place);
          }
          if (!lock.held()) {
            throw new IOException("another run has taken the folder over");
          }
          finishOwn();
          Manifest manifest =
              new Manifest(
                  Manifest.SCHEMA_VERSION, runId, name, published, layout.format(), replaced, adds);
          unfinished = Optional.of(manifest);
          manifest.commit(fileSystem, hidden.manifests());
          finishOwn();
        } catch (IOException e) {
          throw OutputErrors.notPublished(folder, e);
        }
      }
    }
  }

  /** Brings the last wave into the tables, if it was published. */
  private void finishOwn() throws IOException {
    if (unfinished.isPresent()) {
      Manifest manifest = unfinished.get();
      // A rename may have been done although it was reported as failed.
      if (fileSystem.exists(hidden.manifest(runId, manifest.wave()))) {
        replaced = List.of();
        apply(manifest);
        published++;
      }
      unfinished = Optional.empty();
    }
  }

  /** Carries out a published manifest; may be called again after it was interrupted. */
  private void apply(Manifest manifest) throws IOException {
    Path staging = hidden.staging(manifest.runId(), manifest.wave());
    layout.carryOut(manifest, staging);
    fileSystem.delete(staging, true);
  }

  private void finishEarlierRuns() throws IOException {
    List<Manifest> waiting = new ArrayList<>();
    for (Path file : hidden.unfinished()) {
      Manifest manifest = Manifest.read(fileSystem, file);
      checkFormat(manifest, file);
      waiting.add(manifest);
    }
    waiting.sort(Manifest.PUBLISHED);
    for (Manifest manifest : waiting) {
      LOG.info("Finishing {}, which a run that ended early had published", manifest.fileName());
      apply(manifest);
    }
    for (FileStatus run : children(hidden.staging())) {
      fileSystem.delete(run.getPath(), true);
    }
  }

  private void checkFormat(Manifest manifest, Path file) throws IOException {
    if (manifest.format() != null && !manifest.format().equalsIgnoreCase(layout.format())) {
      throw OutputErrors.publishedAs(manifest.format(), layout.format(), file);
    }
    for (String table : manifest.tables()) {
      layout.check(table);
    }
  }

  private List<FileStatus> children(Path place) throws IOException {
    return Manifest.Entry.list(fileSystem, place);
  }

  /** The folder as people and other programs write it. */
  public String readable() {
    return "file".equals(folder.toUri().getScheme()) ? folder.toUri().getPath() : folder.toString();
  }

  /** Removes what was staged and not published, and lets other runs in. */
  @Override
  public void close() {
    try (OutputLock held = lock) {
      if (held.held()) {
        removeStaged();
      }
    }
  }

  private void removeStaged() {
    try {
      Path staging = new Path(hidden.staging(), runId);
      for (FileStatus wave : children(staging)) {
        // Published but not moved completely: it holds the only copy.
        if (!fileSystem.exists(hidden.manifest(runId, wave.getPath().getName()))) {
          fileSystem.delete(wave.getPath(), true);
        }
      }
      if (children(staging).isEmpty()) {
        fileSystem.delete(staging, true);
      }
    } catch (IOException e) {
      LOG.warn("What was staged in {} could not be removed: {}", folder, e.toString());
    }
  }
}
