package org.codeaudit.bench.truth;

import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.codeaudit.change.FilePatch;
import org.codeaudit.job.console.FigureFiles;
import org.codeaudit.job.source.skip.ReadLimits;

/** All patches between two versions of a package, in {@code pairs/NAME}. */
final class DiffTruth {
  /** The form whose files are also counted by what the job does with them, and quoted. */
  private static final String USUAL = "git";

  private static final ObjectReader RECORD = FigureFiles.JSON.readerFor(PatchRecord.class);
  private static final ObjectReader DAMAGED = FigureFiles.JSON.readerFor(DamagedPatch[].class);

  private DiffTruth() {}

  static void compare(Path pair, Tally tally) throws IOException {
    List<Path> patches;
    try (Stream<Path> files = Files.list(pair)) {
      patches = files.filter(file -> file.toString().endsWith(".patch")).sorted().toList();
    }
    for (Path patch : patches) {
      String form = patch.getFileName().toString().replaceFirst("\\.patch$", "");
      compare(patch, form, RECORD.readValue(pair.resolve(form + ".json").toFile()), tally);
    }
    DamagedPatch[] damaged = DAMAGED.readValue(pair.resolve("damaged.json").toFile());
    for (DamagedPatch each : damaged) {
      each.compare(pair, tally);
    }
  }

  private static void compare(Path patch, String form, PatchRecord record, Tally tally)
      throws IOException {
    if (record.otherFormat()) {
      refused(patch, form, tally);
      return;
    }
    Path pair = patch.getParent();
    Tree older = new Tree(pair.resolve(record.trees()).resolve("a"));
    Tree newer = new Tree(pair.resolve(record.trees()).resolve("b"));
    List<FilePatch> files = new PatchTruth(patch, form, record, older, newer, tally).compare();
    if (form.equals(USUAL)) {
      PatchTruth.rows(patch, form, ReadLimits.DEFAULT_MAX_BYTES, tally);
      new AnchorTruth(pair.getFileName().toString(), form, older, newer, tally).compare(files);
    }
  }

  /** Nothing of a patch in another format can be reviewed, and a row must say so. */
  private static void refused(Path patch, String form, Tally tally) throws IOException {
    Tally rows = new Tally();
    PatchTruth.rows(patch, form, ReadLimits.DEFAULT_MAX_BYTES, rows);
    boolean empty = Files.size(patch) == 0;
    if (rows.count(kind -> !kind.right()) > 0 || empty) {
      tally.right("other formats", form, "refused", 1);
    } else {
      String example = patch.getParent().getFileName() + "/" + patch.getFileName();
      tally.wrong("other formats", form, "nothing says that it cannot be read", 1, example);
    }
  }
}
