package org.codeaudit.udf;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.TaskKilledException;
import org.apache.spark.sql.Row;
import org.codeaudit.change.FileChange;
import org.codeaudit.model.ModelFailure;
import org.codeaudit.prompt.Unit;
import org.codeaudit.review.Claim;
import org.codeaudit.udf.row.ResultColumns;
import org.codeaudit.udf.row.RowBuilder;
import org.codeaudit.udf.row.Status;
import org.codeaudit.udf.row.UnitRow;
import org.codeaudit.udf.run.AnswerStream;
import org.codeaudit.udf.run.EarlierAnswers;
import org.codeaudit.udf.run.Isolation;
import org.codeaudit.udf.run.Progress;
import org.codeaudit.udf.run.ReviewUnits;
import org.codeaudit.udf.run.RunContext;
import org.codeaudit.udf.run.TaskModel;
import org.codeaudit.udf.setting.ReviewSettings;

/**
 * The review of one row of changes: one row that says why nothing is asked, or one question a unit.
 * Whatever goes wrong with the file gives a failed row and harms no other.
 */
public final class FileReview {
  private final Row change;
  private final ReviewSettings settings;
  private final TaskModel model;
  private final RunContext run;
  private final EarlierAnswers earlier;
  private final Isolation isolation;

  public FileReview(
      Row change, ReviewSettings settings, TaskModel model, RunContext run, Isolation isolation) {
    this.change = change;
    this.settings = settings;
    this.model = model;
    this.run = run;
    this.earlier = run.earlierAnswers();
    this.isolation = isolation;
  }

  /**
   * The work this file gives; none if an earlier run has done it, or the run's budget is used up.
   * Questions are asked as the iterator is advanced.
   */
  public Iterator<AnswerStream.Work> work() {
    run.saw();
    Instant startedAt = Instant.now();
    String inputKey = UnitRow.inputKey(change, settings);
    if (earlier.finished(inputKey)) {
      run.add(Progress.REUSED);
      return one(unchanged());
    }
    if (run.stopped()) {
      return Collections.emptyIterator();
    }
    if (change.getAs("error_class") != null) {
      return one(failed(change.getAs("error_class"), change.getAs("error_message"), startedAt));
    }
    if (change.getAs("skip_reason") != null) {
      return one(skipped(change.getAs("skip_reason"), startedAt));
    }
    FileChange file;
    try {
      file = isolation.run(inputKey, () -> ReviewUnits.fileChange(change));
    } catch (TaskKilledException | ModelFailure e) {
      throw e;
    } catch (RuntimeException e) {
      return one(failed(e, startedAt));
    }
    // A model that cannot be loaded is no row's fault: it fails the task, with its reason.
    ReviewUnits splitting = model.units(settings);
    try {
      List<Unit> units = isolation.run(inputKey, () -> splitting.split(file));
      return units.isEmpty()
          ? one(skipped("nothing to review", startedAt))
          : questions(reviews(file, units));
    } catch (TaskKilledException | ModelFailure e) {
      throw e;
    } catch (RuntimeException e) {
      return one(failed(e, startedAt));
    }
  }

  private List<UnitReview> reviews(FileChange file, List<Unit> units) {
    List<Claim> open = new ArrayList<>(settings.claims().of(file.path()));
    List<UnitReview> reviews = new ArrayList<>();
    for (Unit unit : units) {
      UnitReview review =
          new UnitReview(
              change, file, unit, units.size(), settings, open, model, earlier, isolation);
      // A claim about lines of two units is judged once, where it begins.
      open.removeAll(review.claims());
      // Only a file some of whose units failed before has any that are finished.
      if (!earlier.finished(review.rowKey())) {
        reviews.add(review);
      }
    }
    return reviews;
  }

  private Iterator<AnswerStream.Work> questions(List<UnitReview> reviews) {
    Iterator<UnitReview> rest = reviews.iterator();
    UnitReview.Done done = done(reviews.size());
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return rest.hasNext() && !run.stopped();
      }

      @Override
      public AnswerStream.Work next() {
        return rest.next().ask(done);
      }
    };
  }

  /** The file is done with the last of so many units to be done, whichever that is. */
  private UnitReview.Done done(int units) {
    int[] open = {units}; // rows are made on the task's thread
    return (failed, findings, promptTokens, generatedTokens) -> {
      int inputs = --open[0] == 0 ? 1 : 0;
      run.add(new Progress(inputs, 0, 1, failed ? 1 : 0, findings, promptTokens, generatedTokens));
    };
  }

  /**
   * Fingerprints of findings known of this file whose code it still has; null if none is known, or
   * the file was not read whole.
   */
  public String[] heldCode() {
    String repository = change.getAs("repository");
    String path = change.getAs("path");
    String content = change.getAs("content");
    if (content == null || !earlier.known().any(repository, path)) {
      return null;
    }
    Optional<String> language = Optional.ofNullable(change.getAs("language"));
    return earlier.known().held(repository, path, language, content).toArray(String[]::new);
  }

  /** It has the reason for which a file is skipped: that is so in this run as well. */
  private Row unchanged() {
    return begin()
        .set("status", Status.UNCHANGED.columnValue())
        .set("skip_reason", change.getAs("skip_reason"))
        .build();
  }

  private RowBuilder begin() {
    int attempt = earlier.attempt(UnitRow.fileRowKey(change, settings));
    return UnitRow.ofFile(change, settings, attempt);
  }

  private Row skipped(String reason, Instant startedAt) {
    RowBuilder row = begin();
    row.set("status", Status.SKIPPED.columnValue()).set("skip_reason", reason);
    ResultColumns.setPlace(row, startedAt);
    run.add(new Progress(1, 0, 1, 0, 0, 0, 0));
    return row.build();
  }

  private Row failed(Throwable failure, Instant startedAt) {
    RowBuilder row = begin();
    UnitReview.setFailure(row, failure);
    return failed(row, startedAt);
  }

  private Row failed(String errorClass, String message, Instant startedAt) {
    RowBuilder row = begin();
    UnitReview.setFailure(row, errorClass, message);
    return failed(row, startedAt);
  }

  private Row failed(RowBuilder row, Instant startedAt) {
    ResultColumns.setPlace(row, startedAt);
    run.add(new Progress(1, 0, 1, 1, 0, 0, 0));
    return row.build();
  }

  private static Iterator<AnswerStream.Work> one(Row row) {
    return List.<AnswerStream.Work>of(new AnswerStream.Work.Ready(row)).iterator();
  }
}
