package org.codeaudit.job.source.table;

import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Optional;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.codeaudit.change.ChangeKind;
import org.codeaudit.change.Languages;
import org.codeaudit.change.SkipReason;
import org.codeaudit.job.source.row.ChangeRow;
import org.codeaudit.job.source.skip.LinguistMarks;
import org.codeaudit.job.source.skip.ReadLimits;
import org.codeaudit.job.source.skip.ReviewPolicy;
import org.codeaudit.job.source.skip.SourceText;

/** Rows of a key, a path and a whole file → rows of {@link org.codeaudit.udf.row.ChangeSchema}. */
final class ContentRows implements MapPartitionsFunction<Row, Row> {
  private static final long serialVersionUID = 1L;

  @Override
  public Iterator<Row> call(Iterator<Row> files) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return files.hasNext();
      }

      @Override
      public Row next() {
        return rowOf(files.next()).toRow();
      }
    };
  }

  private static ChangeRow rowOf(Row file) {
    String key = orEmpty(file, 0);
    String path = file.isNullAt(1) ? key : file.getString(1);
    ChangeRow row = ChangeRow.of(ChangeRow.Origin.of(key), path, ChangeKind.FILE);
    skipReason(row, orEmpty(file, 2)).ifPresent(row::skipped);
    return row;
  }

  /** Why the file is not reviewed; if nothing speaks against it, its content is in the row. */
  private static Optional<String> skipReason(ChangeRow row, String text) {
    LinguistMarks marks = LinguistMarks.NONE;
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    row.bytes(utf8.length);
    Optional<String> language = Languages.ofPath(row.path()).or(() -> Languages.ofFirstLine(text));
    language.ifPresent(row::language);
    Optional<String> reason =
        ReviewPolicy.skipUnread(row.path(), marks, utf8.length, ReadLimits.DEFAULT_MAX_BYTES);
    if (reason.isPresent()) {
      return reason;
    }
    if (SourceText.isBinary(utf8)) {
      return Optional.of(SkipReason.BINARY);
    }
    if (text.isEmpty()) {
      return Optional.of(SkipReason.EMPTY_FILE);
    }
    row.content(utf8);
    return ReviewPolicy.skipText(text, marks, language);
  }

  private static String orEmpty(Row row, int column) {
    return row.isNullAt(column) ? "" : row.getString(column);
  }
}
