package org.codeaudit.udf.row;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.spark.sql.Row;
import org.codeaudit.change.ChangeKind;
import org.codeaudit.change.FilePatch;
import org.codeaudit.change.UnifiedDiffParser;

/**
 * Turns code in a column into rows of changes ({@link ChangeSchema}): a text that begins like a
 * unified diff, a patch or a mailed patch is taken for one, every other text for a whole file.
 */
public final class CodeText {
  /** The path of code that has none. */
  public static final String UNNAMED = "code";

  private static final String HUNK = "@@ -\\d+(?:,\\d+)? \\+\\d+(?:,\\d+)? @@";
  private static final Pattern HUNKS = Pattern.compile("\\s*?" + HUNK);
  private static final Pattern PATCH =
      Pattern.compile(
          "\\s*?(?:diff --(?:git|cc|combined) |Index: |(?:From|commit) [0-9a-f]{40}\\b"
              + "|--- .*\\R\\+\\+\\+ .*\\R"
              + HUNK
              + ")");

  private CodeText() {}

  /**
   * One row per file.
   *
   * @param code hunks from the first {@code @@} on, a patch of any number of files, or a file
   * @param language name of the language, in any case; null if it is not known
   */
  public static List<Row> changes(String code, String language) {
    String name = language == null ? null : language.strip().toLowerCase(Locale.ROOT);
    if (HUNKS.matcher(code).lookingAt()) {
      return List.of(
          begin(UNNAMED, name, ChangeKind.MODIFIED).set("diff", code.stripLeading()).build());
    }
    if (!PATCH.matcher(code).lookingAt()) {
      return List.of(begin(UNNAMED, name, ChangeKind.FILE).set("content", code).build());
    }
    List<FilePatch> files = UnifiedDiffParser.parse(code, "in the column", Optional.of(UNNAMED));
    return files.isEmpty()
        ? List.of(
            begin(UNNAMED, name, ChangeKind.MODIFIED).set("skip_reason", "no file in it").build())
        : files.stream().map(file -> row(file, name)).toList();
  }

  private static Row row(FilePatch file, String language) {
    RowBuilder row = begin(file.path(), language, file.kind());
    row.set("old_path", file.oldPath().orElse(null))
        .set("diff", file.diff())
        .set("skip_reason", file.skipReason().orElse(null));
    file.error()
        .ifPresent(
            error ->
                row.set("error_class", error.errorClass().columnValue())
                    .set("error_message", error.getMessage()));
    return row.build();
  }

  private static RowBuilder begin(String path, String language, ChangeKind kind) {
    return new RowBuilder(ChangeSchema.SCHEMA)
        .set("repository", "")
        .set("path", path)
        .set("language", language)
        .set("change_kind", kind.columnValue());
  }
}
