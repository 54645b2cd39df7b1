package org.codeaudit.bench.load;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.codeaudit.bench.load.LoadResult.Status;
import org.codeaudit.bench.load.LoadRow.Start;
import org.codeaudit.bench.measure.ChildJvm;
import org.codeaudit.checkpoint.Checkpoint;
import org.codeaudit.checkpoint.tensor.TensorInfo;
import org.codeaudit.disk.FolderTree;

/**
 * Loads a model in several ways, each in a fresh process, and reads its files plainly for
 * comparison. One folder, deleted at the end, takes the packed weights of every way.
 */
public final class LoadBench implements AutoCloseable {
  /** The environment variable that names the folder of packed weights. */
  static final String PACKED_FOLDER = "CODE_AUDIT_PACKED";

  private static final ObjectMapper JSON = new ObjectMapper();

  /** The state before a load, and what is loaded. */
  private record Attempt(LoadCase load, Start start, Path packed) {}

  private final Checkpoint checkpoint;
  private final List<Path> files;
  private final Path scratch;
  private final int repeat;
  private final Optional<String> dropped;

  /**
   * @param scratch a folder to make, on a disk like that of the models
   * @param repeat how often everything is measured; medians count
   */
  LoadBench(Checkpoint checkpoint, Path scratch, int repeat) throws IOException {
    this.checkpoint = checkpoint;
    this.files = checkpoint.tensors().values().stream().map(TensorInfo::file).distinct().toList();
    this.scratch = Files.createDirectories(scratch);
    this.repeat = repeat;
    this.dropped = PageCache.drop(files);
  }

  /** How files were dropped from the page cache; empty if that is not permitted. */
  Optional<String> dropped() {
    return dropped;
  }

  /**
   * Measures one way to load: first, again if that left packed weights on disk, and warm. If the
   * first fails there is only that row.
   *
   * @param each is given every row once it is there
   */
  void measure(LoadCase load, Consumer<LoadRow> each) throws IOException {
    Path packed = scratch.resolve(load.precision() + "-" + load.placement());
    try {
      LoadRow first = row(new Attempt(load, Start.FIRST, packed));
      each.accept(first);
      if (first.figures().isEmpty()) {
        return;
      }
      if (first.packedBytes() > 0) {
        each.accept(row(new Attempt(load, Start.SECOND, packed)));
      }
      each.accept(row(new Attempt(load, Start.WARM, packed)));
    } finally {
      FolderTree.delete(packed);
    }
  }

  private LoadRow row(Attempt attempt) throws IOException {
    List<LoadResult> results = new ArrayList<>();
    List<PlainRead> reads = new ArrayList<>();
    for (int i = 0; i < repeat; i++) {
      prepare(attempt);
      results.add(load(attempt));
      if (results.get(i).figures().isPresent()) {
        reads.add(plainRead(attempt.start()));
      }
    }
    long packedBytes = FolderTree.bytes(attempt.packed());
    long needed =
        NeededBytes.of(checkpoint, attempt.load().placement(), attempt.load().promptTokens());
    boolean fromPacked = packedBytes > 0 && attempt.start() != Start.FIRST;
    return new LoadRow(
        attempt.load(),
        attempt.start(),
        packedBytes,
        fromPacked ? Math.min(needed, packedBytes) : needed,
        results,
        reads);
  }

  /** Right after a load, so that both meet the same neighbours on the machine. */
  private PlainRead plainRead(Start start) throws IOException {
    if (start == Start.WARM) {
      PlainRead.of(files);
    } else {
      PageCache.drop(files);
    }
    return PlainRead.of(files);
  }

  private void prepare(Attempt attempt) throws IOException {
    if (attempt.start() == Start.FIRST) {
      FolderTree.delete(attempt.packed());
    }
    Files.createDirectories(attempt.packed());
    List<Path> all = new ArrayList<>(files);
    all.addAll(filesOf(attempt.packed()));
    if (attempt.start() == Start.WARM) {
      PlainRead.of(all);
    } else {
      PageCache.drop(all);
    }
  }

  private LoadResult load(Attempt attempt) throws IOException {
    Path log = scratch.resolve("process.log");
    Path result = scratch.resolve("result.json");
    Files.deleteIfExists(result);
    int exit =
        ChildJvm.run(
            LoadProbe.class,
            Map.of(PACKED_FOLDER, attempt.packed().toString()),
            log,
            JSON.writeValueAsString(attempt.load()),
            result.toString());
    return exit == 0 && Files.exists(result)
        ? JSON.readValue(result.toFile(), LoadResult.class)
        : LoadResult.without(Status.FAILED, ChildJvm.death(exit, log));
  }

  private static List<Path> filesOf(Path folder) throws IOException {
    try (Stream<Path> found = Files.walk(folder)) {
      return found.filter(Files::isRegularFile).toList();
    }
  }

  @Override
  public void close() throws IOException {
    FolderTree.delete(scratch);
  }
}
