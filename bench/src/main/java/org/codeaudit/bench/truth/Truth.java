package org.codeaudit.bench.truth;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** Compares everything in a folder that {@code bench/truth/fetch} made. */
public final class Truth {
  private final Path folder;
  private final Function<String, String> models;
  private final PrintWriter messages;

  /**
   * @param models the {@code tokenizer.json} of a model by its name
   * @param messages is told what is compared
   */
  public Truth(Path folder, Function<String, String> models, PrintWriter messages) {
    this.folder = folder;
    this.models = models;
    this.messages = messages;
  }

  /** What came of it; empty if there is nothing to compare. */
  public Tally compare() throws IOException {
    Tally tally = new Tally();
    for (Path pair : folders("pairs", "damaged.json")) {
      DiffTruth.compare(pair, tally);
    }
    for (Path template : folders("templates", "cases.json")) {
      TemplateTruth.compare(template, tally);
    }
    for (Path tokenizer : folders("tokens", "ids.bin")) {
      TokenTruth.compare(folder, tokenizer, models, tally);
    }
    return tally;
  }

  /** The folders of a kind that are complete: with the file that is written last. */
  private List<Path> folders(String kind, String last) throws IOException {
    Path parent = folder.resolve(kind);
    if (!Files.isDirectory(parent)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(parent)) {
      List<Path> complete = all.filter(one -> Files.exists(one.resolve(last))).sorted().toList();
      messages.println("Comparing " + complete.size() + " " + kind + " ...");
      messages.flush();
      return complete;
    }
  }
}
