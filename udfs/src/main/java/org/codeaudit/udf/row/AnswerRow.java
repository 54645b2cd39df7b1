package org.codeaudit.udf.row;

import java.time.Instant;
import java.util.Locale;
import java.util.OptionalLong;
import org.apache.spark.sql.Row;
import org.codeaudit.ErrorClass;
import org.codeaudit.finding.SecretRedactor;
import org.codeaudit.generate.request.FinishReason;
import org.codeaudit.generate.request.Timing;
import org.codeaudit.model.ModelDescription;

/**
 * A row of a table of answers in the making, whatever the table: it begins when its input is taken
 * up and is built once, when it was answered or skipped or has failed.
 */
public final class AnswerRow {
  /** What a message quotes has no bound of its own: a path of an archive, a line of a log. */
  private static final int MOST_OF_MESSAGE = 4000;

  private final RowBuilder row;
  private final Instant startedAt;

  /**
   * @param row has what is known before a question is asked
   * @param startedAt when its input was taken up
   */
  public AnswerRow(RowBuilder row, Instant startedAt) {
    this.row = row;
    this.startedAt = startedAt;
  }

  public AnswerRow set(String column, Object value) {
    row.set(column, value);
    return this;
  }

  /** Says which model is asked. */
  public AnswerRow askedOf(ModelDescription model) {
    ResultColumns.setModel(row, model);
    return this;
  }

  /** Says how long the task waited for the model to load, if this row is the one that did. */
  public void waited(OptionalLong nanos) {
    nanos.ifPresent(some -> row.set("model_load_ns", some));
  }

  /**
   * The row of an answer whose own columns are set.
   *
   * @param whole whether it came to an end of its own
   */
  public Row answered(boolean whole, FinishReason reason, Timing timing) {
    ResultColumns.setTiming(row, timing);
    return answered(Status.answered(whole), reason.name().toLowerCase(Locale.ROOT));
  }

  /**
   * The row of an answer that was there already.
   *
   * @param reason why there was no need to ask
   */
  public Row known(String reason) {
    return answered(Status.OK, reason);
  }

  private Row answered(Status status, String reason) {
    row.set("finish_reason", reason);
    return build(status);
  }

  /**
   * The row of an input that an earlier run has answered.
   *
   * @param skipReason for which it is skipped, in this run as well; null if it is not
   */
  public Row unchanged(String skipReason) {
    return row.set("status", Status.UNCHANGED.columnValue()).set("skip_reason", skipReason).build();
  }

  /** The row of one that an earlier run did not answer and this one does not ask again. */
  public Row stillPoison() {
    return row.set("status", Status.UNCHANGED.columnValue())
        .set("error_class", ErrorClass.POISON_ROW.columnValue())
        .build();
  }

  /** The row of an input that is not asked about. */
  public Row skipped(String reason) {
    row.set("skip_reason", reason);
    return build(Status.SKIPPED);
  }

  /** The row of a failure. The error message must not quote the code under review. */
  public Row failed(Throwable failure) {
    return failed(ErrorClass.columnValue(failure), failure.getMessage());
  }

  /** As {@link #failed(Throwable)}, of an error that was found elsewhere. */
  public Row failed(String errorClass, String message) {
    row.set("error_class", errorClass)
        .set("error_message", bounded(SecretRedactor.SHAPES.redact(String.valueOf(message))));
    return build(Status.FAILED);
  }

  private static String bounded(String message) {
    return message.codePointCount(0, message.length()) <= MOST_OF_MESSAGE
        ? message
        : message.substring(0, message.offsetByCodePoints(0, MOST_OF_MESSAGE)) + " ...";
  }

  private Row build(Status status) {
    row.set("status", status.columnValue());
    ResultColumns.setPlace(row, startedAt);
    return row.build();
  }
}
