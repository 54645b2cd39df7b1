package org.codeaudit.udf;

import java.util.HashSet;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.sql.Row;
import org.codeaudit.generate.Generation;
import org.codeaudit.generate.NotStarted;
import org.codeaudit.model.ModelFailure;

/**
 * The rows of one task: work is taken while the window of questions in flight has room, and rows
 * are yielded as they are ready, whatever their order. When the task ends early its questions are
 * withdrawn from the engine.
 */
final class AnswerStream implements Iterator<Row> {

  /** A piece of work: a row that is ready, or a question the engine has been asked. */
  sealed interface Work {

    /** A row that needs no model. */
    record Ready(Row row) implements Work {}

    /**
     * A question in flight.
     *
     * @param answer completes when the engine is done with it
     * @param row makes the row of an answer
     * @param failure makes the row of a question that failed by itself
     */
    record Asked(
        CompletableFuture<Generation> answer,
        Function<Generation, Row> row,
        Function<Throwable, Row> failure)
        implements Work {}
  }

  private static final long LOOK_MILLIS = 500;

  private record Done(Work.Asked work, Generation generation, Throwable failure) {}

  private final Iterator<Work> work;
  private final int window;
  private final Runnable look;
  private final BlockingQueue<Done> done = new LinkedBlockingQueue<>();
  private final Set<Work.Asked> inFlight = new HashSet<>();
  private Row next;

  /**
   * @param work yields pieces of work, asking the engine as it goes
   * @param window the most questions in flight: enough to keep the batch full, few enough to bound
   *     memory
   */
  AnswerStream(Iterator<Work> work, int window) {
    this(work, window, () -> {});
  }

  /**
   * A stream of which questions may be withdrawn: what {@linkplain NotStarted was not started} gives
   * no row.
   *
   * @param look called now and then while the task waits for answers
   */
  AnswerStream(Iterator<Work> work, int window, Runnable look) {
    this.look = look;
    this.work = work;
    this.window = window;
    TaskContext task = TaskContext.get();
    if (task != null) {
      task.addTaskCompletionListener(
          (TaskContext ended) -> inFlight.forEach(asked -> asked.answer().cancel(true)));
    }
  }

  @Override
  public boolean hasNext() {
    if (next == null) {
      next = advance();
    }
    return next != null;
  }

  @Override
  public Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    Row row = next;
    next = null;
    return row;
  }

  private Row advance() {
    while (true) {
      while (inFlight.size() < window && work.hasNext()) {
        Work piece = work.next();
        if (piece instanceof Work.Ready ready) {
          return ready.row();
        }
        ask((Work.Asked) piece);
      }
      if (inFlight.isEmpty()) {
        return null;
      }
      Done finished = await();
      if (!(finished.failure() instanceof NotStarted)) {
        return row(finished);
      }
    }
  }

  private void ask(Work.Asked asked) {
    inFlight.add(asked);
    asked.answer().whenComplete((answer, failure) -> done.add(new Done(asked, answer, failure)));
  }

  private Done await() {
    try {
      Done finished = done.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
      while (finished == null) {
        look.run();
        finished = done.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
      }
      inFlight.remove(finished.work());
      return finished;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TaskKilledException("interrupted while waiting for the model");
    }
  }

  private static Row row(Done finished) {
    if (finished.failure() == null) {
      try {
        return finished.work().row().apply(finished.generation());
      } catch (RuntimeException e) {
        return finished.work().failure().apply(e);
      }
    }
    if (concernsTheRow(finished.failure())) {
      return finished.work().failure().apply(finished.failure());
    }
    // Not this row's fault: the model is dead or the engine closed. Spark tries the task elsewhere.
    throw new IllegalStateException(
        "The engine failed: " + finished.failure().getMessage(), finished.failure());
  }

  /** The engine fails a row alone with whatever its prompt, its grammar or its text threw. */
  private static boolean concernsTheRow(Throwable failure) {
    return failure instanceof RuntimeException
        && !(failure instanceof ModelFailure)
        && !(failure instanceof CancellationException);
  }
}
