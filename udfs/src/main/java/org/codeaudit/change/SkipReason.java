package org.codeaudit.change;

/** Why a file or commit is not reviewed, as stored in the column {@code skip_reason}. */
public final class SkipReason {
  public static final String EXCLUDED = "excluded by .codeaudit.yaml";
  public static final String EXCLUDED_BY_RUN = "excluded by --rules";
  public static final String BINARY = "binary";
  public static final String GENERATED = "generated";
  public static final String VENDORED = "vendored";
  public static final String LOCK_FILE = "lock file";
  public static final String MINIFIED = "minified";
  public static final String SUBMODULE = "submodule";
  public static final String SYMBOLIC_LINK = "symbolic link";
  public static final String LARGE_FILE_POINTER = "Git LFS pointer";
  public static final String DELETED = "deleted file";
  public static final String EMPTY_FILE = "empty file";
  public static final String EMPTY_DIFF = "empty diff";
  public static final String MODE_ONLY = "only the file mode changed";
  public static final String PROPERTIES_ONLY = "only properties changed";
  public static final String RENAMED_ONLY = "renamed without changes";
  public static final String COPIED_ONLY = "copied without changes";
  public static final String COMBINED_DIFF = "combined diff of a merge";
  public static final String MERGE = "merge commit";
  public static final String EMPTY_COMMIT = "empty commit";
  public static final String SHALLOW_BOUNDARY = "shallow clone boundary";
  public static final String PROSE = "prose, not code";
  public static final String UNKNOWN_LANGUAGE = "no known language";

  private static final String TOO_LARGE = "too large";

  private SkipReason() {}

  /** Whether the reason lies in what a file holds, not in its name or in what was done to it. */
  public static boolean isOfContent(String reason) {
    return reason.equals(BINARY) || reason.equals(EMPTY_FILE) || reason.startsWith(TOO_LARGE);
  }

  /**
   * For a file or diff over the limit; {@code unit} is {@code bytes} or {@code characters of diff}.
   */
  public static String tooLarge(long size, String unit) {
    return TOO_LARGE + " (" + size + " " + unit + ")";
  }
}
