package org.codeaudit.bench.throughput;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.codeaudit.change.FileChange;
import org.codeaudit.change.UnifiedDiffParser;

/**
 * What throughput is measured on: changes to be reviewed and prompts to be answered, always the
 * same. {@code data/workload} has the program that made them.
 *
 * @param patches unified diffs of one file each
 * @param tasks lines of JSON with {@code id} and {@code prompt}
 */
public record Workload(List<String> patches, List<String> tasks) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A prompt to be answered as it is. */
  public record Task(String id, String prompt) {}

  public Workload {
    patches = List.copyOf(patches);
    tasks = List.copyOf(tasks);
  }

  /** All of it: 100 changes and 20 prompts. */
  public static Workload committed() {
    return new Workload(
        Arrays.asList(resource("reviews.patch").split("(?m)^(?=diff --git )")),
        resource("generations.jsonl").lines().toList());
  }

  /** The first rows, five changes to a prompt; all of it if there are no more. */
  public Workload first(int rows) {
    if (rows >= rows()) {
      return this;
    }
    int some = Math.min(tasks.size(), rows * tasks.size() / rows());
    return new Workload(patches.subList(0, rows - some), tasks.subList(0, some));
  }

  /**
   * Its changes so often, each time in another folder; a patch is then many changes. No prompts.
   */
  public Workload repeated(int times) {
    String all = String.join("", patches);
    return new Workload(
        IntStream.range(0, times).mapToObj(copy -> inFolder(all, "copy" + copy)).toList(),
        List.of());
  }

  private static String inFolder(String patch, String folder) {
    return patch
        .replaceAll(
            "(?m)^diff --git a/(\\S+) b/", "diff --git a/" + folder + "/$1 b/" + folder + "/")
        .replaceAll("(?m)^(--- a|\\+\\+\\+ b)/", "$1/" + folder + "/");
  }

  public int rows() {
    return patches.size() + tasks.size();
  }

  /** The changes, as the diff source reads them. */
  public List<FileChange> changes() {
    return patches.stream()
        .flatMap(patch -> UnifiedDiffParser.parse(patch, "workload").stream())
        .map(
            file ->
                new FileChange(
                    file.path(),
                    file.oldPath(),
                    Optional.empty(),
                    file.kind(),
                    file.hunks(),
                    Optional.empty()))
        .toList();
  }

  /** The prompts. */
  public List<Task> prompts() {
    return tasks.stream().map(Workload::task).toList();
  }

  private static Task task(String line) {
    try {
      JsonNode task = JSON.readTree(line);
      return new Task(task.path("id").asText(), task.path("prompt").asText());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Writes it for sources to read.
   *
   * @return the folder with the patches; prompts lie beside it in {@code tasks.jsonl}
   */
  public Path write(Path folder) throws IOException {
    Path changes = Files.createDirectories(folder.resolve("changes"));
    for (int i = 0; i < patches.size(); i++) {
      Files.writeString(changes.resolve(String.format("%05d.patch", i)), patches.get(i));
    }
    Files.write(folder.resolve("tasks.jsonl"), tasks);
    return changes;
  }

  private static String resource(String name) {
    try (InputStream stream = Workload.class.getResourceAsStream("workload/" + name)) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
