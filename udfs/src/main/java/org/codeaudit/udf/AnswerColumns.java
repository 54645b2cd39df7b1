package org.codeaudit.udf;

import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.codeaudit.udf.row.Flattened;
import org.codeaudit.udf.run.AnswerStream;
import org.codeaudit.udf.run.TaskModel;
import org.codeaudit.udf.setting.AnswerSettings;

/**
 * Rows to the same rows with columns that the model fills, in their order. Many rows of a partition
 * are asked about at once.
 */
public final class AnswerColumns implements MapPartitionsFunction<Row, Row> {
  private static final long serialVersionUID = 1L;

  private final int kept;
  private final List<AnswerColumn> columns;

  /**
   * @param kept how many of a row's first values come back with it
   * @param columns what follows them, at least one; all ask the same model
   */
  public AnswerColumns(int kept, List<AnswerColumn> columns) {
    this.kept = kept;
    this.columns = List.copyOf(columns);
  }

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    AnswerSettings settings = columns.get(0).settings();
    AnswerStream answers =
        new AnswerStream(new Questions(rows, new TaskModel(settings)), settings.window());
    // A row is complete with the last of its answers.
    return new Flattened<>(answers, answer -> PendingRow.arrived(answer).stream().iterator());
  }

  /** The questions of all rows; each answer comes back with the row it belongs to. */
  private final class Questions implements Iterator<AnswerStream.Work> {
    private final Iterator<Row> rows;
    private final TaskModel model;
    private PendingRow row;
    private int column;
    private Iterator<AnswerStream.Work> questions = Collections.emptyIterator();

    Questions(Iterator<Row> rows, TaskModel model) {
      this.rows = rows;
      this.model = model;
    }

    @Override
    public boolean hasNext() {
      return questions.hasNext() || rows.hasNext();
    }

    @Override
    public AnswerStream.Work next() {
      if (!questions.hasNext()) {
        row = new PendingRow(rows.next(), kept, columns);
        begin(0);
      }
      AnswerStream.Work question = row.expect(column, questions.next());
      if (!questions.hasNext()) {
        if (column + 1 < columns.size()) {
          begin(column + 1);
        } else {
          row.allAsked();
        }
      }
      return question;
    }

    private void begin(int index) {
      column = index;
      List<String> arguments = columns.get(index).arguments(row.input());
      questions =
          arguments.get(0) == null
              ? List.<AnswerStream.Work>of(new AnswerStream.Work.Ready(null)).iterator()
              : columns.get(index).questions(arguments, model);
    }
  }
}
