package org.codeaudit.udf;

import java.util.Iterator;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.codeaudit.udf.row.ChangeSchema;
import org.codeaudit.udf.row.ReviewSchema;
import org.codeaudit.udf.row.UnitRow;
import org.codeaudit.udf.run.AnswerStream;
import org.codeaudit.udf.run.Isolation;
import org.codeaudit.udf.run.RunContext;
import org.codeaudit.udf.run.TaskModel;
import org.codeaudit.udf.setting.ReviewSettings;

/**
 * Changes ({@link ChangeSchema}) to reviews ({@link ReviewSchema#REVIEWS}): a file is split into
 * units, each unit is one question and one row.
 */
public final class ReviewFunction extends AskingFunction {
  private static final long serialVersionUID = 1L;

  private final ReviewSettings settings;

  public ReviewFunction(ReviewSettings settings, RunContext run) {
    super(settings.answer(), run);
    this.settings = settings;
  }

  /**
   * The value of the column {@code input_key} in all rows of an input.
   *
   * @param change a row of {@link ChangeSchema}; {@code content} and {@code diff} are not looked at
   */
  public static String inputKey(Row change, ReviewSettings settings) {
    return UnitRow.inputKey(change, settings);
  }

  @Override
  Iterator<AnswerStream.Work> work(Row change, TaskModel model, Isolation isolation) {
    return made(new FileReview(change, settings, model, run, isolation));
  }

  /** The rows of a file, each with what the file still holds and how many they are to be. */
  private static Iterator<AnswerStream.Work> made(FileReview file) {
    Iterator<AnswerStream.Work> work = file.work();
    String[] held = work.hasNext() ? file.heldCode() : null;
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return work.hasNext();
      }

      @Override
      public AnswerStream.Work next() {
        return work.next().map(row -> with(row, held, file.rowsDue()));
      }
    };
  }

  private static Row with(Row row, String[] held, int rowsDue) {
    Object[] values = new Object[ReviewSchema.MADE.length()];
    for (int i = 0; i < row.length(); i++) {
      values[i] = row.get(i);
    }
    values[ReviewSchema.MADE.fieldIndex("held_code")] = held;
    values[ReviewSchema.MADE.fieldIndex("rows_due")] = rowsDue;
    return new GenericRowWithSchema(values, ReviewSchema.MADE);
  }
}
