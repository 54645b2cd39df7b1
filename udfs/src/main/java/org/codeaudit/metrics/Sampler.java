package org.codeaudit.metrics;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.codeaudit.generate.EngineReading;
import org.codeaudit.udf.row.RowCounts;

/**
 * Takes samples of one executor. Counts begin with the sampler: what the JVM did before, for
 * another session, is not in them.
 */
final class Sampler {
  private static final long WINDOW_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final String executorId;
  private final Supplier<Optional<EngineReading>> engine;
  private final Supplier<RowCounts> rows;
  private final LongSupplier clock;
  private final RowCounts rowsBefore;

  /** What the present engine had done when it was last looked at. */
  private EngineWork seen;

  private EngineWork done = EngineWork.NONE;

  /** The state of the work at some times of the last minute, at least a second apart. */
  private final Deque<Moment> window = new ArrayDeque<>();

  private record Moment(long nanos, EngineWork work) {}

  /**
   * @param clock as {@link System#nanoTime}
   */
  Sampler(
      String executorId,
      Supplier<Optional<EngineReading>> engine,
      Supplier<RowCounts> rows,
      LongSupplier clock) {
    this.executorId = executorId;
    this.engine = engine;
    this.rows = rows;
    this.clock = clock;
    this.rowsBefore = rows.get();
    this.seen = work(engine.get());
    window.add(new Moment(clock.getAsLong(), done));
  }

  /** The executor as it is now. */
  synchronized Sample sample() {
    Optional<EngineReading> reading = engine.get();
    EngineWork now = work(reading);
    done = done.plus(now.since(seen));
    seen = now;
    return new Sample(
        executorId, rows.get().since(rowsBefore), done, ExecutorState.of(reading), rates());
  }

  private Rates rates() {
    long now = clock.getAsLong();
    while (window.size() > 1 && now - window.getFirst().nanos() > WINDOW_NANOS) {
      window.removeFirst();
    }
    Moment from = window.getFirst();
    if (now - window.getLast().nanos() >= SECOND_NANOS) {
      window.addLast(new Moment(now, done));
    }
    long nanos = now - from.nanos();
    return nanos < SECOND_NANOS ? Rates.NONE : Rates.of(done.since(from.work()), nanos);
  }

  private static EngineWork work(Optional<EngineReading> engine) {
    return engine.map(reading -> EngineWork.of(reading.statistics())).orElse(EngineWork.NONE);
  }
}
