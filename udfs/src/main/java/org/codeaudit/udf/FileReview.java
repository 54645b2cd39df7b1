package org.codeaudit.udf;

import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.codeaudit.AuditException;
import org.codeaudit.change.FileChange;
import org.codeaudit.prompt.Unit;

/**
 * The review of one row of changes: one row that says why nothing is asked, or one question a unit.
 * Whatever goes wrong with the file gives a failed row and harms no other.
 */
final class FileReview {
  private final Row change;
  private final ReviewSettings settings;
  private final TaskModel model;
  private final ProgressAccumulator progress;

  FileReview(Row change, ReviewSettings settings, TaskModel model, ProgressAccumulator progress) {
    this.change = change;
    this.settings = settings;
    this.model = model;
    this.progress = progress;
  }

  /** The work this file gives; questions are asked as the iterator is advanced. */
  Iterator<AnswerStream.Work> work() {
    Instant startedAt = Instant.now();
    if (change.getAs("error_class") != null) {
      return one(failed(change.getAs("error_class"), change.getAs("error_message"), startedAt));
    }
    if (change.getAs("skip_reason") != null) {
      return one(skipped(change.getAs("skip_reason"), startedAt));
    }
    FileChange file;
    try {
      file = ReviewUnits.fileChange(change);
    } catch (RuntimeException e) {
      return one(failed(e, startedAt));
    }
    // A model that cannot be loaded is no row's fault: it fails the task, with its reason.
    ModelText text =
        ModelText.of(model.loaded(), model.description(), settings.answer().model());
    try {
      List<Unit> units = new ReviewUnits(settings, text).split(file);
      return units.isEmpty()
          ? one(skipped("nothing to review", startedAt))
          : questions(file, units);
    } catch (RuntimeException e) {
      return one(failed(e, startedAt));
    }
  }

  private Iterator<AnswerStream.Work> questions(FileChange file, List<Unit> units) {
    Iterator<Unit> rest = units.iterator();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return rest.hasNext();
      }

      @Override
      public AnswerStream.Work next() {
        Unit unit = rest.next();
        // The file is done with its last unit.
        int inputs = rest.hasNext() ? 0 : 1;
        try {
          return new UnitReview(change, file, unit, settings, model).ask(done(inputs));
        } catch (AuditException e) {
          return new AnswerStream.Work.Ready(failed(e, Instant.now()));
        }
      }
    };
  }

  private UnitReview.Done done(int inputs) {
    return (failed, findings, promptTokens, generatedTokens) ->
        progress.add(
            new Progress(inputs, 1, failed ? 1 : 0, findings, promptTokens, generatedTokens));
  }

  private Row skipped(String reason, Instant startedAt) {
    RowBuilder row = UnitReview.begin(change, Optional.empty(), settings, null);
    row.set("status", Status.SKIPPED.columnValue()).set("skip_reason", reason);
    ResultColumns.setPlace(row, startedAt);
    progress.add(new Progress(1, 1, 0, 0, 0, 0));
    return row.build();
  }

  private Row failed(Throwable failure, Instant startedAt) {
    RowBuilder row = UnitReview.begin(change, Optional.empty(), settings, null);
    UnitReview.setFailure(row, failure);
    return failed(row, startedAt);
  }

  private Row failed(String errorClass, String message, Instant startedAt) {
    RowBuilder row = UnitReview.begin(change, Optional.empty(), settings, null);
    UnitReview.setFailure(row, errorClass, message);
    return failed(row, startedAt);
  }

  private Row failed(RowBuilder row, Instant startedAt) {
    ResultColumns.setPlace(row, startedAt);
    progress.add(new Progress(1, 1, 1, 0, 0, 0));
    return row.build();
  }

  private static Iterator<AnswerStream.Work> one(Row row) {
    return List.<AnswerStream.Work>of(new AnswerStream.Work.Ready(row)).iterator();
  }
}
