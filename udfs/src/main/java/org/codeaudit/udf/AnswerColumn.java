package org.codeaudit.udf;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.codeaudit.udf.run.AnswerStream;
import org.codeaudit.udf.run.TaskModel;
import org.codeaudit.udf.setting.AnswerSettings;

/**
 * A column that the model fills: the arguments of a row give one or more questions, whose answers
 * become one struct. A row whose first argument is null is not asked about and has a null there.
 */
public abstract sealed class AnswerColumn implements Serializable
    permits GeneratedColumn, ReviewedColumn {
  private static final long serialVersionUID = 1L;

  private final int[] ordinals;

  /**
   * @param ordinals where the arguments stand in a row, each a string
   */
  AnswerColumn(int... ordinals) {
    this.ordinals = ordinals.clone();
  }

  /** What the column holds. */
  public abstract StructType type();

  /** How the model is asked. */
  abstract AnswerSettings settings();

  /**
   * The questions of one row, at least one; each is asked as the iterator is advanced.
   *
   * @param arguments the first of them is not null
   */
  abstract Iterator<AnswerStream.Work> questions(List<String> arguments, TaskModel model);

  /**
   * The value of one row.
   *
   * @param answers of its questions, in their order
   */
  abstract Row value(List<Row> answers);

  /** The arguments of a row; any may be null. */
  final List<String> arguments(Row row) {
    return Arrays.stream(ordinals).mapToObj(row::getString).toList();
  }
}
