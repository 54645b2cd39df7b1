package org.codeaudit.job.source.table;

import java.util.Collections;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.codeaudit.change.UnifiedDiffParser;
import org.codeaudit.job.source.patch.PatchRows;
import org.codeaudit.job.source.row.ChangeRow;

/**
 * Rows of a key, a patch and the path of what it does not name → rows of {@link
 * org.codeaudit.udf.row.ChangeSchema}.
 */
final class ExplodeDiffs implements MapPartitionsFunction<Row, Row> {
  private static final long serialVersionUID = 1L;

  private final int maxDiffCharacters;

  ExplodeDiffs(int maxDiffCharacters) {
    this.maxDiffCharacters = maxDiffCharacters;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> patches) {
    return new Iterator<>() {
      private Iterator<ChangeRow> rows = Collections.emptyIterator();

      @Override
      public boolean hasNext() {
        while (!rows.hasNext() && patches.hasNext()) {
          rows = rowsOf(patches.next());
        }
        return rows.hasNext();
      }

      @Override
      public Row next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        return rows.next().toRow();
      }
    };
  }

  private Iterator<ChangeRow> rowsOf(Row patch) {
    String key = patch.isNullAt(0) ? "" : patch.getString(0);
    String text = patch.isNullAt(1) ? "" : patch.getString(1);
    Optional<String> path = Optional.ofNullable(patch.getString(2)).filter(name -> !name.isBlank());
    return new PatchRows(UnifiedDiffParser.lines(text), key, key, path, maxDiffCharacters);
  }
}
