package org.codeaudit.change;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The line {@code @@ -oldStart,oldCount +newStart,newCount @@ section}; a missing count is 1. */
record HunkHeader(int oldStart, int oldCount, int newStart, int newCount, String section) {
  /** What every hunk of a two-sided diff begins with; merges have one more {@code @}. */
  static final String PREFIX = "@@ -";

  private static final Pattern FORM =
      Pattern.compile(
          "@@ -(\\d{1,9})(?:,(\\d{1,9}))? \\+(\\d{1,9})(?:,(\\d{1,9}))? @@(.*)", Pattern.DOTALL);

  /** The header's figures; empty if the line has another form or figures beyond nine digits. */
  static Optional<HunkHeader> parse(String line) {
    // Only the figures are matched: the section may be as long as the file's longest line.
    Matcher form = FORM.matcher(line);
    if (!form.matches()) {
      return Optional.empty();
    }
    return Optional.of(
        new HunkHeader(
            Integer.parseInt(form.group(1)),
            count(form.group(2)),
            Integer.parseInt(form.group(3)),
            count(form.group(4)),
            form.group(5).strip()));
  }

  /** Whether the old file has no line, or is not there. */
  boolean hasNothingOld() {
    return oldStart == 0 && oldCount == 0;
  }

  /** Whether the new file has no line, or is not there. */
  boolean hasNothingNew() {
    return newStart == 0 && newCount == 0;
  }

  /** As in the patch, for messages. */
  String figures() {
    return "-" + oldStart + "," + oldCount + " +" + newStart + "," + newCount;
  }

  private static int count(String digits) {
    return digits == null ? 1 : Integer.parseInt(digits);
  }
}
