package org.codeaudit.bench.truth;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.Row;
import org.codeaudit.change.FilePatch;
import org.codeaudit.change.Hunk;
import org.codeaudit.change.Line;
import org.codeaudit.change.UnifiedDiffParser;
import org.codeaudit.job.source.patch.MailboxLines;
import org.codeaudit.job.source.patch.PatchLines;
import org.codeaudit.job.source.patch.PatchRows;
import org.codeaudit.job.source.row.ChangeRow;

/**
 * Compares one patch, as {@code format("diff")} reads it and before anything is skipped or
 * redacted, with the two trees that it was made of, with git's counts and with what GNU patch makes
 * of it.
 */
final class PatchTruth {
  private static final int LONGEST_DIFF = 1 << 28;

  private final Path patch;
  private final String form;
  private final PatchRecord record;
  private final Tree older;
  private final Tree newer;
  private final Tally tally;
  private final Set<String> seen = new HashSet<>();

  /**
   * @param patch the file; what is known of it refers to trees in its folder
   */
  PatchTruth(Path patch, String form, PatchRecord record, Tree older, Tree newer, Tally tally) {
    this.patch = patch;
    this.form = form;
    this.record = record;
    this.older = older;
    this.newer = newer;
    this.tally = tally;
  }

  /** The files of a patch as the job reads them. */
  static List<FilePatch> read(Path patch) throws IOException {
    try (InputStream in = Files.newInputStream(patch)) {
      Iterator<String> lines =
          new MailboxLines(new PatchLines(in, LONGEST_DIFF), 4L * LONGEST_DIFF);
      List<FilePatch> files = new ArrayList<>();
      new UnifiedDiffParser(lines, patch.getFileName().toString(), LONGEST_DIFF)
          .forEachRemaining(files::add);
      return files;
    }
  }

  /** Counts what the job's rows of the patch say: which files are reviewed, skipped, failed. */
  static void rows(Path patch, String form, int maxDiffCharacters, Tally tally) throws IOException {
    try (InputStream in = Files.newInputStream(patch)) {
      String name = patch.getFileName().toString();
      Iterator<Row> rows =
          ChangeRow.toRows(
              new PatchRows(new PatchLines(in, maxDiffCharacters), name, name, maxDiffCharacters));
      while (rows.hasNext()) {
        Row row = rows.next();
        String failed = row.getAs("error_class");
        String skipped = row.getAs("skip_reason");
        if (failed != null) {
          tally.wrong("rows", form, "failed: " + failed, 1, patch + ": " + row.getAs("path"));
        } else {
          String reason = skipped == null ? "" : skipped.replaceAll(" \\(.*", "");
          tally.right("rows", form, skipped == null ? "reviewed" : "skipped: " + reason, 1);
        }
      }
    }
  }

  /** Compares all files; returns them. */
  List<FilePatch> compare() throws IOException {
    List<FilePatch> files = read(patch);
    for (FilePatch file : files) {
      if (!seen.add(file.path())) {
        tally.wrong("files", form, "a file comes twice", 1, example(file.path()));
      }
      compare(file);
    }
    for (String path : record.counts().keySet()) {
      if (!seen.contains(path)) {
        tally.wrong("files", form, "a file is missing", 1, example(path));
        lost(path, "a file is missing");
      }
    }
    return files;
  }

  private void compare(FilePatch file) {
    String path = file.path();
    if (file.error().isPresent()) {
      String error = "refused: " + file.error().get().errorClass();
      tally.wrong("files", form, error, 1, example(path) + ": " + file.error().get().getMessage());
      lost(path, error);
      applied(path, false);
      return;
    }
    int added = 0;
    int removed = 0;
    boolean right = true;
    for (Hunk hunk : file.hunks()) {
      for (Line line : hunk.lines()) {
        added += line.kind() == Line.Kind.ADDED ? 1 : 0;
        removed += line.kind() == Line.Kind.REMOVED ? 1 : 0;
        right &= compare(file, line);
      }
    }
    if (!record.countsError().isEmpty()) {
      tally.right("files not compared", form, "git does not read the patch", 1);
    } else if (!record.counts().containsKey(path) && added + removed == 0) {
      tally.right("files not compared", form, "nothing of it is text: git does not see it", 1);
    } else if (!record.counts().containsKey(path)) {
      tally.wrong("files", form, "a file that git does not see", 1, example(path));
    } else {
      counted(path, added, removed);
      applied(path, right);
    }
  }

  private void counted(String path, int added, int removed) {
    Optional<int[]> counts = record.counts(path);
    boolean same =
        counts.map(c -> c[0] == added && c[1] == removed).orElse(added == 0 && removed == 0);
    if (same) {
      tally.right("counts", form, counts.isPresent() ? "text" : "binary", 1);
    } else {
      String found = ": " + added + " added and " + removed + " removed";
      tally.wrong("counts", form, "another count than git's", 1, example(path) + found);
    }
  }

  /** Whether GNU patch makes the newer file of the older one just where all lines are right. */
  private void applied(String path, boolean right) {
    if (record.patch() == null || record.ignoresBlanks() || record.counts(path).isEmpty()) {
      return; // not asked, not meant to make the newer file, or not text
    }
    boolean made = !record.patch().different().contains(path);
    if (made == right) {
      tally.right("GNU patch", form, right ? "both read it" : "neither reads it", 1);
    } else {
      String name = made ? "only GNU patch reads it" : "GNU patch makes another file of it";
      tally.wrong("GNU patch", form, name, 1, example(path) + ": " + record.patch().said());
    }
  }

  /** The lines of a file that was not read are not at their place. */
  private void lost(String path, String why) {
    record
        .counts(path)
        .ifPresent(c -> tally.wrong("changed lines", form, why, c[0] + c[1], example(path)));
  }

  private boolean compare(FilePatch file, Line line) {
    boolean onOld = line.kind() != Line.Kind.ADDED;
    boolean onNew = line.kind() != Line.Kind.REMOVED;
    boolean loosely = record.ignoresBlanks() && line.kind() == Line.Kind.CONTEXT;
    String part = onOld && onNew ? "context lines" : "changed lines";
    boolean right =
        (!onOld || is(line, older, file.oldPath().orElse(file.path()), line.oldNumber(), loosely))
            && (!onNew || is(line, newer, file.path(), line.newNumber(), false));
    if (right) {
      tally.right(part, form, "at its line", 1);
    } else {
      String where = onNew ? "new line " + line.newNumber() : "old line " + line.oldNumber();
      tally.wrong(part, form, "at another line", 1, example(file.path()) + ", " + where);
    }
    return right;
  }

  /** Whether the tree has this line at that number. */
  private static boolean is(Line line, Tree tree, String path, int number, boolean loosely) {
    return tree.line(path, number)
        .filter(
            text ->
                loosely
                    ? text.replaceAll("\\s", "").equals(line.text().replaceAll("\\s", ""))
                    : text.equals(line.text()))
        .isPresent();
  }

  private String example(String path) {
    return patch.getParent().getFileName() + "/" + patch.getFileName() + ": " + path;
  }
}
