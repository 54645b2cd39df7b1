package org.codeaudit.udf;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.codeaudit.AuditException;
import org.codeaudit.model.ModelFailure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the row that kills its executor, for one task. Attempts after too many deaths run their
 * rows one at a time, alone in the JVM, each with a marker in the journal while it runs. A marker
 * that outlives its executor names the row: from then on it is refused and all others go on.
 */
final class Isolation {
  /** The error of a row that is refused because it ended the executor that ran it. */
  static final String POISON_ROW = "POISON_ROW";

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

  /** Of the task that runs on this thread. */
  static Isolation of(IsolationSettings settings) {
    if (settings == null) {
      return new Isolation(false, null, null);
    }
    TaskContext task = TaskContext.get();
    boolean isolated = task != null && task.attemptNumber() >= settings.fromAttempt();
    try {
      Path journal = new Path(settings.journal());
      FileSystem fileSystem =
          journal.getFileSystem(SparkHadoopUtil.get().newConfiguration(SparkEnv.get().conf()));
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
  int window(int usual) {
    return isolated ? 1 : usual;
  }

  /**
   * Waits for the row's turn to run.
   *
   * @return the turn; the caller closes it when the row is done
   * @throws AuditException {@link #POISON_ROW} if this row has ended an executor before
   */
  Turn enter(String key) {
    if (poisonous.contains(key)) {
      throw new AuditException(
          POISON_ROW,
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
    } catch (IOException e) {
      Turns.SHARED.leaveAlone();
      throw new UncheckedIOException("The marker " + marker + " cannot be written", e);
    }
    LOG.info("Row {} runs alone", key);
    return new Turn(marker);
  }

  /** Does a piece of work in its turn; see {@link #enter}. */
  <T> T run(String key, Supplier<T> work) {
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

    /** Closes this turn when the answer is there; returns the answer. */
    <T> CompletableFuture<T> during(CompletableFuture<T> answer) {
      answer.whenComplete((value, failure) -> end(failure));
      return answer;
    }

    /** As {@link #close}; a row that ran alone when the model died is to blame for it. */
    void end(Throwable failure) {
      if (closed.compareAndSet(false, true)) {
        if (marker == null) {
          Turns.SHARED.leaveTogether();
        } else {
          if (!(failure instanceof ModelFailure)) {
            remove();
          }
          Turns.SHARED.leaveAlone();
        }
      }
    }

    @Override
    public void close() {
      end(null);
    }

    private void remove() {
      try {
        fileSystem.delete(marker, false);
      } catch (IOException e) {
        LOG.warn("The marker {} cannot be removed: {}", marker, e.toString());
      }
    }
  }
}
