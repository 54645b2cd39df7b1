package org.codeaudit.udf;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.codeaudit.udf.run.AnswerStream;

/** A row with questions that have not been answered yet. Used by a single task. */
final class PendingRow {
  private final Row input;
  private final int kept;
  private final List<AnswerColumn> columns;
  private final List<List<Row>> answers;
  private int open;
  private boolean allAsked;

  PendingRow(Row input, int kept, List<AnswerColumn> columns) {
    this.input = input;
    this.kept = kept;
    this.columns = columns;
    this.answers =
        Stream.generate(() -> (List<Row>) new ArrayList<Row>()).limit(columns.size()).toList();
  }

  Row input() {
    return input;
  }

  /** The same piece of work; its row comes back in an envelope for {@link #arrived}. */
  AnswerStream.Work expect(int column, AnswerStream.Work question) {
    open++;
    return question.map(answer -> envelope(column, answer));
  }

  /** Says that no question will follow. */
  void allAsked() {
    allAsked = true;
  }

  private Row envelope(int column, Row answer) {
    return RowFactory.create(this, column, answer);
  }

  /**
   * Takes an answer out of its envelope; returns the row if this was the last answer it waited for.
   */
  static Optional<Row> arrived(Row envelope) {
    PendingRow row = envelope.getAs(0);
    Row answer = envelope.getAs(2);
    if (answer != null) {
      row.answers.get(envelope.<Integer>getAs(1)).add(answer);
    }
    row.open--;
    return row.allAsked && row.open == 0 ? Optional.of(row.whole()) : Optional.empty();
  }

  private Row whole() {
    Object[] values = new Object[kept + columns.size()];
    for (int i = 0; i < kept; i++) {
      values[i] = input.get(i);
    }
    for (int i = 0; i < columns.size(); i++) {
      List<Row> given = answers.get(i);
      values[kept + i] = given.isEmpty() ? null : columns.get(i).value(given);
    }
    return RowFactory.create(values);
  }
}
