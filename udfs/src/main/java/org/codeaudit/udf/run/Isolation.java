package org.codeaudit.udf.run;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.sql.Row;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.generate.request.Generation;
import org.codeaudit.generate.request.GenerationRequest;
import org.codeaudit.model.ModelFailure;
import org.codeaudit.udf.setting.IsolationSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the row that kills its executor, for one task. Attempts after too many deaths run their
 * rows one at a time, alone in the JVM, each with a marker in the journal while it runs. A marker
 * that outlives its executor identifies the row, which is refused from then on, while all others go
 * on.
 */
public final class Isolation {
  /** For rows that belong to no run: nothing is isolated or refused. */
  public static final Isolation NONE = new Isolation(false, null, null);

  private static final Logger LOG = LoggerFactory.getLogger(Isolation.class);

  private final boolean isolated;
  private final Path journal;
  private final FileSystem fileSystem;
  private final Set<String> poisonous = new HashSet<>();

  private Isolation(boolean isolated, Path journal, FileSystem fileSystem) {
    this.isolated = isolated;
    this.journal = journal;
    this.fileSystem = fileSystem;
  }

  /** For the task that runs on this thread. */
  public static Isolation of(IsolationSettings settings) {
    if (settings == null) {
      return NONE;
    }
    TaskContext task = TaskContext.get();
    // An executor that dies may lose outputs of a shuffle: then the stage is tried again, and its
    // tasks count their attempts from 0.
    boolean isolated =
        task != null && task.attemptNumber() + task.stageAttemptNumber() >= settings.fromAttempt();
    try {
      Path journal = new Path(settings.journal());
      FileSystem fileSystem = Journals.SHARED.of(journal);
      Isolation isolation = new Isolation(isolated, journal, fileSystem);
      isolation.readJournal();
      if (isolated) {
        LOG.warn(
            "Attempt {} of partition {} runs its rows one at a time, to find one that ends its"
                + " executor",
            task.attemptNumber(),
            task.partitionId());
      }
      return isolation;
    } catch (IOException e) {
      throw new UncheckedIOException("The journal " + settings.journal() + " cannot be read", e);
    }
  }

  private void readJournal() throws IOException {
    try {
      for (FileStatus marker : fileSystem.listStatus(journal)) {
        poisonous.add(marker.getPath().getName());
      }
    } catch (FileNotFoundException e) {
      // No row was ever isolated.
    }
  }

  /** How many questions may be in flight. */
  public int window(int usual) {
    return isolated ? 1 : usual;
  }

  /**
   * Waits for the row's turn to run.
   *
   * @return the turn; the caller closes it when the row is done
   * @throws AuditException {@code POISON_ROW} if this row has ended an executor before
   */
  Turn enter(String key) {
    if (poisonous.contains(key)) {
      throw new AuditException(
          ErrorClass.POISON_ROW,
          "Row " + key + " was not run again",
          "the executor that ran it alone ended while it ran",
          "Look for the reason in that executor's log; --retry-poison asks it again");
    }
    try {
      if (!isolated) {
        Turns.SHARED.enterTogether();
        return new Turn(null);
      }
      Turns.SHARED.enterAlone();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TaskKilledException("interrupted while waiting for a row's turn");
    }
    Path marker = new Path(journal, key);
    try {
      fileSystem.create(marker, true).close();
    } catch (IOException | RuntimeException e) {
      Turns.SHARED.leaveAlone();
      // Not the row's fault: the task fails.
      throw new ModelFailure("The marker " + marker + " cannot be written", e);
    }
    LOG.info("Row {} runs alone", key);
    return new Turn(marker);
  }

  /**
   * Asks a question in its row's turn.
   *
   * @param request makes the question, in the turn
   * @param row makes the row of an answer
   * @param failure makes the row of a question that failed on its own or could not be asked
   * @throws ModelFailure if the model is dead already, which is no row's fault
   */
  public AnswerStream.Work ask(
      String key,
      TaskModel model,
      Supplier<GenerationRequest> request,
      Function<Generation, Row> row,
      Function<Throwable, Row> failure) {
    return converse(key, model, () -> model.submit(request.get()), row, failure);
  }

  /** As {@link #ask}, of several questions that have one result. */
  public <T> AnswerStream.Work converse(
      String key,
      TaskModel model,
      Supplier<CompletableFuture<T>> conversation,
      Function<T, Row> row,
      Function<Throwable, Row> failure) {
    Turn turn;
    try {
      turn = enter(key);
    } catch (AuditException poisonous) {
      return new AnswerStream.Work.Ready(failure.apply(poisonous));
    }
    try {
      model.checkAlive();
      return new AnswerStream.Work.Asked<>(
          turn.during(conversation.get()), turn.closedBy(row), turn.closedBy(failure));
    } catch (TaskKilledException | ModelFailure | Error e) {
      turn.close();
      throw e;
    } catch (RuntimeException e) {
      turn.close();
      return new AnswerStream.Work.Ready(failure.apply(e));
    }
  }

  /** Does a piece of work in its turn; see {@link #enter}. */
  public <T> T run(String key, Supplier<T> work) {
    Turn turn = enter(key);
    try {
      return work.get();
    } finally {
      turn.close();
    }
  }

  /** A row's right to run. Closing it more than once does nothing. */
  final class Turn implements AutoCloseable {
    private final Path marker;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Turn(Path marker) {
      this.marker = marker;
    }

    /**
     * Ends this turn when the answer is there; returns the answer. A row that runs alone keeps its
     * turn until it is built and {@link #close} is called, unless there is no answer.
     */
    <T> CompletableFuture<T> during(CompletableFuture<T> answer) {
      answer.whenComplete(
          (value, failure) -> {
            if (marker == null || failure != null) {
              end(failure);
            }
          });
      return answer;
    }

    /** The same function, which also ends this turn. */
    <T> Function<T, Row> closedBy(Function<T, Row> function) {
      return input -> {
        try {
          return function.apply(input);
        } finally {
          close();
        }
      };
    }

    /** As {@link #close}; a row that ran alone when the model died is to blame for it. */
    void end(Throwable failure) {
      if (closed.compareAndSet(false, true)) {
        if (marker == null) {
          Turns.SHARED.leaveTogether();
        } else {
          try {
            if (!(failure instanceof ModelFailure)) {
              remove();
            }
          } finally {
            Turns.SHARED.leaveAlone();
          }
        }
      }
    }

    @Override
    public void close() {
      end(null);
    }

    private void remove() {
      // A killed task is interrupted, and some file systems refuse to work on an interrupted
      // thread.
      boolean interrupted = Thread.interrupted();
      try {
        fileSystem.delete(marker, false);
      } catch (IOException | RuntimeException e) {
        LOG.warn("The marker {} cannot be removed: {}", marker, e.toString());
      } finally {
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }
}
