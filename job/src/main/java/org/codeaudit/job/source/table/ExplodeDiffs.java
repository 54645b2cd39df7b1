package org.codeaudit.job.source.table;

import java.util.Iterator;
import java.util.Optional;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.codeaudit.change.UnifiedDiffParser;
import org.codeaudit.job.source.patch.PatchRows;
import org.codeaudit.job.source.row.ChangeRow;
import org.codeaudit.udf.row.Flattened;

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
    return ChangeRow.toRows(new Flattened<>(patches, this::rowsOf));
  }

  private Iterator<ChangeRow> rowsOf(Row patch) {
    String key = patch.isNullAt(0) ? "" : patch.getString(0);
    String text = patch.isNullAt(1) ? "" : patch.getString(1);
    Optional<String> path = Optional.ofNullable(patch.getString(2)).filter(name -> !name.isBlank());
    return new PatchRows(UnifiedDiffParser.lines(text), key, key, path, maxDiffCharacters);
  }
}
