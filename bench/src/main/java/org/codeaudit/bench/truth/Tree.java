package org.codeaudit.bench.truth;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.codeaudit.job.source.skip.SourceText;

/** One side of a comparison: the files themselves, line by line, as git counts lines. */
final class Tree {
  private final Path folder;
  private final Map<String, List<String>> lines = new HashMap<>();

  Tree(Path folder) {
    this.folder = folder;
  }

  /**
   * A line without its line feed; empty if the file does not have so many, or is not there.
   *
   * @param number 1-based
   */
  Optional<String> line(String path, int number) {
    List<String> all = lines.computeIfAbsent(path, this::read);
    return number >= 1 && number <= all.size()
        ? Optional.of(all.get(number - 1))
        : Optional.empty();
  }

  private List<String> read(String path) {
    Path file = folder.resolve(path);
    if (!Files.isRegularFile(file)) {
      return List.of();
    }
    try {
      byte[] bytes = Files.readAllBytes(file);
      List<String> read = new ArrayList<>();
      int from = 0;
      for (int at = 0; at <= bytes.length; at++) {
        if (at == bytes.length ? from < at : bytes[at] == '\n') {
          read.add(SourceText.decodeLine(Arrays.copyOfRange(bytes, from, at)));
          from = at + 1;
        }
      }
      return read;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
