package org.codeaudit.job.sink;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.codeaudit.AuditException;
import org.codeaudit.disk.Durable;

/**
 * What one wave of a run changes in the tables. Once it has its final name the wave is published:
 * whoever opens the folder next completes what the manifest says, as often as needed.
 *
 * @param runId the run
 * @param wave the wave's name, unique within the run
 * @param number how many waves the run had published before; 0 in manifests of versions that did
 *     not say it
 * @param format of the tables; null in such manifests
 * @param removes files that leave the tables, before the others come
 * @param adds files that move from the wave's staging folder into the tables
 */
record Manifest(
    int schemaVersion,
    String runId,
    String wave,
    int number,
    String format,
    List<Entry> removes,
    List<Entry> adds) {
  static final int SCHEMA_VERSION = 1;

  /** The order in which waves were published; runs are named by their time, and waves by place. */
  static final Comparator<Manifest> PUBLISHED =
      Comparator.comparing(Manifest::runId)
          .thenComparingInt(Manifest::number)
          .thenComparing(Manifest::wave);

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /**
   * A file of a table.
   *
   * @param bytes its size
   */
  record Entry(String table, String file, long bytes) {

    /** The files that lie in a folder and are not hidden; none if there is no folder. */
    static List<Entry> in(FileSystem fileSystem, String table, Path folder) throws IOException {
      List<Entry> files = new ArrayList<>();
      for (FileStatus file : list(fileSystem, folder)) {
        String name = file.getPath().getName();
        if (!name.startsWith("_") && !name.startsWith(".")) {
          files.add(new Entry(table, name, file.getLen()));
        }
      }
      return files;
    }

    /** All that lies in a folder; nothing if there is no folder. */
    static List<FileStatus> list(FileSystem fileSystem, Path folder) throws IOException {
      try {
        return List.of(fileSystem.listStatus(folder));
      } catch (FileNotFoundException none) {
        return List.of();
      }
    }
  }

  Manifest {
    removes = List.copyOf(removes);
    adds = List.copyOf(adds);
  }

  static String fileName(String runId, String wave) {
    return runId + "-" + wave + ".json";
  }

  String fileName() {
    return fileName(runId, wave);
  }

  /** The tables it changes. */
  Set<String> tables() {
    return Stream.of(removes, adds)
        .flatMap(List::stream)
        .map(Entry::table)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** Writes the manifest to a temporary place and publishes it with one rename. */
  void commit(FileSystem fileSystem, Path folder) throws IOException {
    if (LocalDisk.is(fileSystem)) {
      Durable.write(LocalDisk.path(new Path(folder, fileName())), JSON.writeValueAsBytes(this));
      return;
    }
    Path temporary = new Path(folder, "." + fileName());
    try (OutputStream out = fileSystem.create(temporary, true)) {
      JSON.writeValue(out, this);
    }
    Path place = new Path(folder, fileName());
    if (!fileSystem.rename(temporary, place)) {
      throw new IOException("cannot rename " + temporary + " to " + place);
    }
  }

  /**
   * @throws AuditException {@code OUTPUT_UNREADABLE} if it is damaged, or cannot be read now
   */
  static Manifest read(FileSystem fileSystem, Path file) {
    try (InputStream in = fileSystem.open(file)) {
      return JSON.readValue(in, Manifest.class);
    } catch (JsonProcessingException e) {
      throw OutputErrors.manifest(file, e);
    } catch (IOException e) {
      throw OutputErrors.unreadable(file.getName(), file.getParent(), e);
    }
  }
}
