package org.codeaudit.change;

import java.util.Optional;

/** Collects what the lines before a file's hunks say: names, modes, renames. */
final class PatchHeader {
  private static final String SUBMODULE = "160000";
  private static final String SYMBOLIC_LINK = "120000";

  private final boolean git;
  private final Optional<PatchPaths.Pair> gitPaths;
  private PatchPaths.Side oldSide;
  private PatchPaths.Side newSide;
  private Optional<HunkHeader> firstHunk = Optional.empty();
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

  /** A header of nothing but {@code ---} and {@code +++}, or of nothing at all. */
  static PatchHeader plain() {
    return new PatchHeader(false, Optional.empty());
  }

  /** Takes a line if it belongs to this header; false if the header is over. */
  boolean accept(String line) {
    if (oldSide == null && begins(line, "---")) {
      oldSide = PatchPaths.Side.of(line.substring(3).replaceFirst(" ", ""));
    } else if (oldSide != null && newSide == null && begins(line, "+++")) {
      newSide = PatchPaths.Side.of(line.substring(3).replaceFirst(" ", ""));
    } else if (!git) {
      return false;
    } else {
      return acceptGit(line);
    }
    return true;
  }

  /** Whether a line has this sign, and a name behind it unless the header names nothing. */
  private boolean begins(String line, String sign) {
    return line.startsWith(sign + " ") || !git && line.equals(sign);
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
    } else if (line.equals("GIT binary patch") || binaryNotice(line).isPresent()) {
      binary = true;
    } else {
      return line.startsWith("similarity index ") || line.startsWith("dissimilarity index ");
    }
    return true;
  }

  /** Takes the line behind the header, if it begins a hunk. */
  void firstHunk(String line) {
    firstHunk = HunkHeader.parse(line);
  }

  /** The second name in {@code Binary files x and y differ}; empty for another line. */
  static Optional<String> binaryNotice(String line) {
    String begin = "Binary files ";
    String end = " differ";
    int and = line.lastIndexOf(" and ");
    return line.startsWith(begin)
            && line.endsWith(end)
            && and > begin.length()
            && and + 5 < line.length() - end.length()
        ? Optional.of(line.substring(and + 5, line.length() - end.length()))
        : Optional.empty();
  }

  /**
   * Subversion and GNU diff name an absent file as if it existed, and mark it by a remark, or by
   * the first second of 1970 beside a hunk that has none of the file's lines, as GNU patch reads
   * it.
   */
  private String oldName() {
    boolean absent =
        oldSide.remark().equals("(revision 0)")
            || oldSide.remark().equals("(nonexistent)")
            || oldSide.epoch() && firstHunk.filter(HunkHeader::hasNothingOld).isPresent();
    return absent ? PatchPaths.NO_FILE : oldSide.name();
  }

  private String newName() {
    boolean absent =
        newSide.remark().equals("(nonexistent)")
            || newSide.epoch() && firstHunk.filter(HunkHeader::hasNothingNew).isPresent();
    return absent ? PatchPaths.NO_FILE : newSide.name();
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

  /** Whether no line says which file this is. */
  boolean isNameless() {
    String path = path();
    return path.isEmpty() || path.equals(PatchPaths.NO_FILE);
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
        : new PatchPaths.Pair(oldName(), newName()).withoutPrefixes();
  }

  ChangeKind kind() {
    if (!git && hasNoName(oldSide) && hasNoName(newSide)) {
      return kindOfHunks();
    }
    if (kind == ChangeKind.MODIFIED && oldSide != null && oldName().equals(PatchPaths.NO_FILE)) {
      return ChangeKind.ADDED;
    }
    if (kind == ChangeKind.MODIFIED && newSide != null && newName().equals(PatchPaths.NO_FILE)) {
      return ChangeKind.DELETED;
    }
    return kind == ChangeKind.MODIFIED && modeChanged && !contentChanged
        ? ChangeKind.MODE_CHANGED
        : kind;
  }

  private static boolean hasNoName(PatchPaths.Side side) {
    return side == null || side.name().isEmpty();
  }

  /** Of a file of which nothing but its hunks is known. */
  private ChangeKind kindOfHunks() {
    if (firstHunk.filter(HunkHeader::hasNothingOld).isPresent()) {
      return ChangeKind.ADDED;
    }
    return firstHunk.filter(HunkHeader::hasNothingNew).isPresent()
        ? ChangeKind.DELETED
        : ChangeKind.MODIFIED;
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
    if (kind == ChangeKind.MODIFIED && modeChanged) {
      return Optional.of(SkipReason.MODE_ONLY);
    }
    // an index line alone: the diff was made without changes of white space
    return Optional.of(
        switch (kind) {
          case ADDED -> SkipReason.EMPTY_FILE;
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
