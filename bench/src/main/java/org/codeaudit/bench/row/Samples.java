package org.codeaudit.bench.row;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.codeaudit.change.FileChange;
import org.codeaudit.change.UnifiedDiffParser;
import org.codeaudit.prompt.ChangeSplitter;
import org.codeaudit.prompt.Unit;
import org.codeaudit.token.BpeTokenizer;

/** The project's own sample changes and a small tokenizer, read below the working folder. */
final class Samples {
  private static final Path ROOT = Path.of(System.getProperty("codeaudit.root", "."));

  private Samples() {}

  /** All sample patches, one after the other. */
  static String patches() {
    StringBuilder text = new StringBuilder();
    try (Stream<Path> files = Files.list(ROOT.resolve("data/samples"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".patch")).sorted().toList()) {
        text.append(Files.readString(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  /** The sample changes. */
  static List<FileChange> changes() {
    return UnifiedDiffParser.parse(patches(), "samples").stream()
        .filter(patch -> patch.skipReason().isEmpty() && patch.error().isEmpty())
        .map(
            patch ->
                new FileChange(
                    patch.path(),
                    patch.oldPath(),
                    Optional.empty(),
                    patch.kind(),
                    patch.hunks(),
                    Optional.empty()))
        .toList();
  }

  /** The units of the sample changes. */
  static List<Unit> units() {
    ChangeSplitter splitter = new ChangeSplitter(2000, text -> text.length() / 3);
    return changes().stream().flatMap(change -> splitter.split(change).stream()).toList();
  }

  /** The tokenizer of the golden Qwen3 checkpoint; the caller closes it. */
  static BpeTokenizer tokenizer() {
    try {
      return BpeTokenizer.parse(
          Files.readString(ROOT.resolve("data/golden/qwen3-tiny/tokenizer.json")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
