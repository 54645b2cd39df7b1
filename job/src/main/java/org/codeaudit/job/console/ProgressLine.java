package org.codeaudit.job.console;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.codeaudit.job.audit.TaskProgressListener;
import org.codeaudit.udf.run.Progress;
import org.codeaudit.udf.run.ProgressAccumulator;

/**
 * One line that shows how far a run is: on a terminal it is rewritten, elsewhere a new line comes
 * every half minute. Running tasks report with each heartbeat of their executor. Of the tasks of
 * all jobs, those count that carry a {@link ProgressAccumulator}.
 */
public final class ProgressLine extends TaskProgressListener implements AutoCloseable {
  private static final Duration TERMINAL = Duration.ofMillis(500);
  private static final Duration LOG = Duration.ofSeconds(30);

  private final SparkContext context;
  private final OptionalLong parts;
  private final PrintStream out;
  private final boolean terminal;
  private final long begin = System.nanoTime();
  private final RunProgress run = new RunProgress();
  private final TokenRate rate = new TokenRate(begin);
  private final Thread printer;
  private int width;

  /** What the line tells of. */
  record State(
      long doneParts,
      OptionalLong parts,
      Progress progress,
      double tokensPerSecond,
      OptionalInt executors,
      double seconds) {}

  /** A line on standard error, or nothing where the user wants it quiet; the caller closes it. */
  public static AutoCloseable of(boolean quiet, SparkContext context, OptionalLong parts) {
    return quiet
        ? () -> {}
        : new ProgressLine(context, parts, System.err, System.console() != null);
  }

  /**
   * Starts printing; the caller closes it when the run is over.
   *
   * @param parts how many partitions of input the run has, all its jobs together, if known
   * @param terminal whether the line may be rewritten in place
   */
  public ProgressLine(SparkContext context, OptionalLong parts, PrintStream out, boolean terminal) {
    this.context = context;
    this.parts = parts;
    this.out = out;
    this.terminal = terminal;
    this.printer = new Thread(this::print, "progress-line");
    printer.setDaemon(true);
    context.addSparkListener(this);
    printer.start();
  }

  @Override
  public void onTaskStart(SparkListenerTaskStart start) {
    run.started(start.taskInfo().taskId(), start.stageId(), start.taskInfo().partitionId());
  }

  @Override
  protected void reported(long task, Progress progress) {
    run.reported(task, progress);
  }

  @Override
  protected void ended(long task, boolean success) {
    run.ended(task, success);
  }

  private void print() {
    try {
      while (true) {
        Thread.sleep((terminal ? TERMINAL : LOG).toMillis());
        show();
      }
    } catch (InterruptedException e) {
      // The run is over.
    }
  }

  private synchronized void show() {
    String line = describe(state());
    if (terminal) {
      out.print("\r" + line + " ".repeat(Math.max(0, width - line.length())));
      width = line.length();
    } else {
      out.println(line);
    }
    out.flush();
  }

  private State state() {
    long now = System.nanoTime();
    Progress progress = run.progress();
    long tokens = progress.promptTokens() + progress.generatedTokens();
    return new State(
        run.finishedParts(),
        parts,
        progress,
        rate.at(now, tokens),
        executors(),
        (now - begin) / 1e9);
  }

  /** Executors that live, without the driver; empty where the driver is the executor. */
  private OptionalInt executors() {
    return context.isLocal()
        ? OptionalInt.empty()
        : OptionalInt.of(context.statusTracker().getExecutorInfos().length - 1);
  }

  /** The line for a state of the run. */
  static String describe(State state) {
    StringBuilder line = new StringBuilder();
    line.append(done(state));
    state.parts().ifPresent(all -> line.append('/').append(all));
    line.append(" parts, ").append(state.progress().rows()).append(" rows");
    if (state.progress().failed() > 0) {
      line.append(" (").append(state.progress().failed()).append(" failed)");
    }
    if (state.progress().findings() > 0) {
      line.append(", ").append(state.progress().findings()).append(" findings");
    }
    line.append(String.format(Locale.ROOT, ", %.0f tokens/s", state.tokensPerSecond()));
    state
        .executors()
        .ifPresent(
            count ->
                line.append(", ").append(count).append(count == 1 ? " executor" : " executors"));
    line.append(", ").append(duration(state.seconds())).append(" gone");
    left(state).ifPresent(text -> line.append(", ").append(text));
    return line.toString();
  }

  /** Not more than there are, in case a job was started again. */
  private static long done(State state) {
    return Math.min(state.doneParts(), state.parts().orElse(Long.MAX_VALUE));
  }

  private static Optional<String> left(State state) {
    long done = done(state);
    if (state.parts().isEmpty() || done == 0 || done == state.parts().getAsLong()) {
      return Optional.empty();
    }
    double left = state.seconds() * (state.parts().getAsLong() - done) / done;
    return Optional.of("about " + duration(left) + " left");
  }

  static String duration(double seconds) {
    long whole = Math.round(seconds);
    if (whole < 60) {
      return whole + " s";
    }
    return whole < 3600
        ? String.format("%d min %02d s", whole / 60, whole % 60)
        : String.format("%d h %02d min", whole / 3600, whole / 60 % 60);
  }

  /** Stops printing and leaves the cursor on a new line. */
  @Override
  public void close() {
    context.removeSparkListener(this);
    printer.interrupt();
    synchronized (this) {
      if (terminal && width > 0) {
        out.print("\r" + " ".repeat(width) + "\r");
        out.flush();
      }
    }
  }
}
