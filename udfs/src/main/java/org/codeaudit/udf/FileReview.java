package org.codeaudit.udf;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.TaskKilledException;
import org.apache.spark.sql.Row;
import org.codeaudit.change.FileChange;
import org.codeaudit.model.ModelFailure;
import org.codeaudit.prompt.Unit;
import org.codeaudit.review.Claim;
import org.codeaudit.rule.RepositoryRules;
import org.codeaudit.rule.Suppressions;
import org.codeaudit.udf.row.AnswerRow;
import org.codeaudit.udf.row.UnitRow;
import org.codeaudit.udf.run.AnswerStream;
import org.codeaudit.udf.run.EarlierAnswers;
import org.codeaudit.udf.run.FileUnits;
import org.codeaudit.udf.run.Isolation;
import org.codeaudit.udf.run.RunContext;
import org.codeaudit.udf.run.TaskModel;
import org.codeaudit.udf.setting.ReviewSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The review of one row of changes: one row that says why nothing is asked, or one question a unit.
 * A failure of the file gives a failed row and affects no other.
 */
public final class FileReview {
  private static final Logger LOG = LoggerFactory.getLogger(FileReview.class);

  /** Checks that rules of repositories ask for and this run does not have; each is said once. */
  private static final Set<List<String>> MISSING = ConcurrentHashMap.newKeySet();

  private static final int MOST_MISSING = 1000;

  private final Row change;

  /** By these files are split. */
  private final ReviewSettings all;

  /** What is asked about this file. */
  private final ReviewSettings settings;

  private final TaskModel model;
  private final RunContext run;
  private final EarlierAnswers earlier;
  private final Isolation isolation;
  private int rowsDue = 1;

  public FileReview(
      Row change, ReviewSettings settings, TaskModel model, RunContext run, Isolation isolation) {
    this.change = change;
    this.all = settings;
    this.settings = about(change, settings);
    this.model = model;
    this.run = run;
    this.earlier = run.earlierAnswers();
    this.isolation = isolation;
  }

  /**
   * The work for this file; none if an earlier run has done it or the run's budget is used up.
   * Questions are asked as the iterator is advanced.
   */
  public Iterator<AnswerStream.Work> work() {
    Instant startedAt = Instant.now();
    String inputKey = UnitRow.inputKey(change, settings);
    switch (run.takeUp(inputKey)) {
      case REUSED -> {
        AnswerRow row = begin(startedAt);
        return one(
            earlier.poison(inputKey)
                ? row.stillPoison()
                : row.unchanged(change.getAs("skip_reason")));
      }
      case STOPPED -> {
        return Collections.emptyIterator();
      }
      case OPEN -> {}
    }
    // If the model cannot be loaded, no row is at fault: the task fails, with the reason.
    FileUnits units = FileUnits.of(change, inputKey, isolation, () -> model.units(all));
    if (units instanceof FileUnits.Units some) {
      try {
        List<UnitReview> reviews = reviews(some.file(), some.units());
        rowsDue = reviews.size();
        return questions(reviews);
      } catch (TaskKilledException | ModelFailure e) {
        throw e;
      } catch (RuntimeException e) {
        return one(run.counted(begin(startedAt).failed(e), 1));
      }
    }
    Row row =
        units instanceof FileUnits.Failed failed
            ? begin(startedAt).failed(failed.errorClass(), failed.message())
            : begin(startedAt).skipped(((FileUnits.Skipped) units).reason());
    return one(run.counted(row, 1));
  }

  /** How many rows {@link #work} gives, once it was called; fewer if the budget ends meanwhile. */
  int rowsDue() {
    return rowsDue;
  }

  private List<UnitReview> reviews(FileChange file, List<Unit> units) {
    List<Claim> open = new ArrayList<>(settings.claims().of(file.path()));
    List<UnitReview> reviews = new ArrayList<>();
    Suppressions suppressions = suppressions(change, file, settings);
    for (Unit unit : units) {
      UnitReview review =
          new UnitReview(
              change,
              file,
              unit,
              units.size(),
              settings,
              open,
              model,
              earlier,
              isolation,
              suppressions);
      // A claim that spans two units is judged once, where it begins.
      open.removeAll(review.claims());
      // Units are finished already only if others of the same file failed in an earlier run.
      if (poison(review) || !earlier.finished(review.rowKey())) {
        reviews.add(review);
      }
    }
    // They ask nothing, so that no budget keeps them back.
    reviews.sort(Comparator.comparing(review -> !poison(review)));
    return reviews;
  }

  /** Whether it is finished, but has no answer. */
  private boolean poison(UnitReview review) {
    return earlier.poison(review.rowKey());
  }

  /**
   * What people have said about findings in a file. That changes no answer and is in no key.
   *
   * @param change the file's row
   */
  public static Suppressions suppressions(Row change, FileChange file, ReviewSettings settings) {
    RepositoryRules own = RepositoryRules.ofRow(change.getAs("rules"));
    return new Suppressions(file, List.of(own, settings.rules()), LocalDate.now(ZoneOffset.UTC));
  }

  /**
   * What is asked about a file: the checks that are for all, and those that rules ask for.
   *
   * @param change the file's row
   */
  public static ReviewSettings about(Row change, ReviewSettings settings) {
    RepositoryRules own = RepositoryRules.ofRow(change.getAs("rules"));
    if (settings.checks().present()) {
      String repository = change.getAs("repository");
      own.requestedChecks().stream()
          .filter(id -> !settings.checks().checks().known().contains(id))
          .filter(id -> MISSING.size() < MOST_MISSING && MISSING.add(List.of(repository, id)))
          .forEach(
              id ->
                  LOG.warn(
                      "{} of {} asks for the check {}, which this run does not have; name its"
                          + " folder with --checks",
                      RepositoryRules.FILE,
                      repository,
                      id));
    }
    return settings.about(change.getAs("path"), own);
  }

  private Iterator<AnswerStream.Work> questions(List<UnitReview> reviews) {
    // The file is done with the last of its rows, whichever that is; they are made on one thread.
    int[] open = {(int) reviews.stream().filter(review -> !poison(review)).count()};
    return new Iterator<>() {
      private int at;

      @Override
      public boolean hasNext() {
        return at < reviews.size() && (poison(reviews.get(at)) || !run.stopped());
      }

      @Override
      public AnswerStream.Work next() {
        UnitReview next = reviews.get(at++);
        return poison(next)
            ? new AnswerStream.Work.Ready(next.stillPoison())
            : next.ask().map(row -> run.counted(row, --open[0] == 0 ? 1 : 0));
      }
    };
  }

  /**
   * Fingerprints of findings known of the repository whose code this file has; null if none is
   * known, or the file was not read whole.
   */
  public String[] heldCode() {
    String repository = change.getAs("repository");
    String content = change.getAs("content");
    if (content == null || !earlier.known().any(repository)) {
      return null;
    }
    Optional<String> language = Optional.ofNullable(change.getAs("language"));
    try {
      return isolation
          .run(
              UnitRow.inputKey(change, settings),
              () -> earlier.known().held(repository, language, content))
          .toArray(String[]::new);
    } catch (RuntimeException | StackOverflowError e) {
      LOG.warn("What {} still holds of earlier findings is not known", change.getAs("path"), e);
      return null;
    }
  }

  private AnswerRow begin(Instant startedAt) {
    int attempt = earlier.attempt(UnitRow.fileRowKey(change, settings));
    return new AnswerRow(UnitRow.ofFile(change, settings, attempt), startedAt);
  }

  private static Iterator<AnswerStream.Work> one(Row row) {
    return List.<AnswerStream.Work>of(new AnswerStream.Work.Ready(row)).iterator();
  }
}
