package org.codeaudit.change;

import java.util.Optional;

/** Collects what the lines before a file's hunks say: names, modes, renames. */
final class PatchHeader {
  private static final String SUBMODULE = "160000";
  private static final String SYMBOLIC_LINK = "120000";

  private final boolean git;
  private final Optional<PatchPaths.Pair> gitPaths;
  private String oldSide;
  private String newSide;
  private String from;
  private String to;
  private ChangeKind kind = ChangeKind.MODIFIED;
  private boolean modeChanged;
  private boolean contentChanged;
  private boolean binary;
  private String mode = "";

  private PatchHeader(boolean git, Optional<PatchPaths.Pair> gitPaths) {
    this.git = git;
    this.gitPaths = gitPaths;
  }

  /**
   * @param names what follows {@code diff --git}
   */
  static PatchHeader git(String names) {
    return new PatchHeader(true, PatchPaths.ofGitLine(names).map(PatchPaths.Pair::withoutPrefixes));
  }

  /** A header of nothing but {@code ---} and {@code +++}. */
  static PatchHeader plain() {
    return new PatchHeader(false, Optional.empty());
  }

  /** Takes a line if it belongs to this header; false if the header is over. */
  boolean accept(String line) {
    if (line.startsWith("--- ") && oldSide == null) {
      oldSide = side(line, "(revision 0)");
    } else if (line.startsWith("+++ ") && oldSide != null && newSide == null) {
      newSide = side(line, "(nonexistent)");
    } else if (!git) {
      return false;
    } else {
      return acceptGit(line);
    }
    return true;
  }

  private boolean acceptGit(String line) {
    if (line.startsWith("index ")) {
      contentChanged = true;
      int lastBlank = line.lastIndexOf(' ');
      mode = lastBlank > 6 ? line.substring(lastBlank + 1) : mode;
    } else if (line.startsWith("old mode ") || line.startsWith("new mode ")) {
      modeChanged = true;
      mode = line.substring(9);
    } else if (line.startsWith("deleted file mode ")) {
      kind = ChangeKind.DELETED;
      mode = line.substring(18);
    } else if (line.startsWith("new file mode ")) {
      kind = ChangeKind.ADDED;
      mode = line.substring(14);
    } else if (line.startsWith("rename from ") || line.startsWith("copy from ")) {
      kind = line.startsWith("rename") ? ChangeKind.RENAMED : ChangeKind.COPIED;
      from = PatchPaths.unquote(line.substring(line.indexOf(" from ") + 6));
    } else if (line.startsWith("rename to ") || line.startsWith("copy to ")) {
      to = PatchPaths.unquote(line.substring(line.indexOf(" to ") + 4));
    } else if (line.equals("GIT binary patch") || isBinaryNotice(line)) {
      binary = true;
    } else {
      return line.startsWith("similarity index ") || line.startsWith("dissimilarity index ");
    }
    return true;
  }

  static boolean isBinaryNotice(String line) {
    return line.startsWith("Binary files ") && line.endsWith(" differ");
  }

  /**
   * The name in a {@code ---} or {@code +++} line. Subversion and GNU diff name an absent file as
   * if it were there and say so only after the tab: by a remark, or by the first second of 1970.
   */
  private static String side(String line, String remark) {
    String text = line.substring(4);
    int tab = text.indexOf('\t');
    String after = tab < 0 ? "" : text.substring(tab + 1);
    boolean absent =
        after.equals(remark)
            || after.equals("(nonexistent)")
            || after.matches("(1970-01-01|1969-12-31) \\d\\d:\\d\\d:00(\\.0+)? .*")
            || after.startsWith("Thu Jan 01 00:00:00 1970");
    return absent ? PatchPaths.NO_FILE : PatchPaths.ofSide(text);
  }

  /**
   * Path in the new tree, or in the old one for a deleted file; empty if no line names the file.
   */
  String path() {
    if (kind() == ChangeKind.DELETED) {
      return sides().oldPath();
    }
    return to != null ? to : sides().newPath();
  }

  Optional<String> oldPath() {
    return Optional.ofNullable(from);
  }

  private PatchPaths.Pair sides() {
    if (gitPaths.isPresent()) {
      return gitPaths.get();
    }
    return oldSide == null || newSide == null
        ? new PatchPaths.Pair(from == null ? "" : from, to == null ? "" : to)
        : new PatchPaths.Pair(oldSide, newSide).withoutPrefixes();
  }

  ChangeKind kind() {
    if (kind == ChangeKind.MODIFIED && PatchPaths.NO_FILE.equals(oldSide)) {
      return ChangeKind.ADDED;
    }
    if (kind == ChangeKind.MODIFIED && PatchPaths.NO_FILE.equals(newSide)) {
      return ChangeKind.DELETED;
    }
    return kind == ChangeKind.MODIFIED && modeChanged && !contentChanged
        ? ChangeKind.MODE_CHANGED
        : kind;
  }

  /** Whether {@code ---} came without {@code +++}: the patch was cut between them. */
  boolean isCut() {
    return oldSide != null && newSide == null;
  }

  /** Why this file has no hunks, as far as the header explains it. */
  Optional<String> reasonForNoHunks() {
    if (oldSide != null) {
      return Optional.empty();
    }
    if (kind() == ChangeKind.MODE_CHANGED) {
      return Optional.of(SkipReason.MODE_ONLY);
    }
    if (kind == ChangeKind.ADDED) {
      return Optional.of(SkipReason.EMPTY_FILE);
    }
    if (contentChanged && kind != ChangeKind.DELETED) {
      return Optional.empty();
    }
    return Optional.of(
        switch (kind) {
          case RENAMED -> SkipReason.RENAMED_ONLY;
          case COPIED -> SkipReason.COPIED_ONLY;
          default -> SkipReason.EMPTY_DIFF;
        });
  }

  /** Why this file is not reviewed whatever its hunks are. */
  Optional<String> skipReason() {
    if (mode.equals(SUBMODULE)) {
      return Optional.of(SkipReason.SUBMODULE);
    }
    if (mode.equals(SYMBOLIC_LINK)) {
      return Optional.of(SkipReason.SYMBOLIC_LINK);
    }
    if (kind() == ChangeKind.DELETED) {
      return Optional.of(SkipReason.DELETED);
    }
    return binary ? Optional.of(SkipReason.BINARY) : Optional.empty();
  }

  /** Whether the content stands in the patch in a form without hunks. */
  boolean isBinary() {
    return binary;
  }
}
