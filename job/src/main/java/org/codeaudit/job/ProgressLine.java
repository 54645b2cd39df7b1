package org.codeaudit.job;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.codeaudit.udf.Progress;
import org.codeaudit.udf.ProgressAccumulator;
import scala.jdk.javaapi.CollectionConverters;

/**
 * One line that tells people who wait how far a run is: on a terminal it is rewritten, elsewhere a
 * new line comes every half minute. Running tasks report with each heartbeat of their executor.
 */
final class ProgressLine extends SparkListener implements AutoCloseable {
  private static final Duration TERMINAL = Duration.ofMillis(500);
  private static final Duration LOG = Duration.ofSeconds(30);

  private final SparkContext context;
  private final OptionalLong inputs;
  private final String inputName;
  private final PrintStream out;
  private final boolean terminal;
  private final long begin = System.nanoTime();
  private final Map<Long, Progress> tasks = new ConcurrentHashMap<>();
  private final Thread printer;
  private int width;

  /**
   * Starts printing; the caller closes it when the run is over.
   *
   * @param inputs how many input rows there are, if known
   * @param inputName what they are called, e.g. {@code files}
   * @param terminal whether the line may be rewritten in place
   */
  ProgressLine(
      SparkContext context,
      OptionalLong inputs,
      String inputName,
      PrintStream out,
      boolean terminal) {
    this.context = context;
    this.inputs = inputs;
    this.inputName = inputName;
    this.out = out;
    this.terminal = terminal;
    this.printer = new Thread(this::print, "progress-line");
    printer.setDaemon(true);
    context.addSparkListener(this);
    printer.start();
  }

  @Override
  public void onExecutorMetricsUpdate(SparkListenerExecutorMetricsUpdate update) {
    CollectionConverters.asJava(update.accumUpdates())
        .forEach(
            task ->
                CollectionConverters.asJava(task._4())
                    .forEach(info -> update((Long) task._1(), info)));
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd end) {
    if (!end.taskInfo().successful()) {
      // Its rows will be asked for again by the next attempt.
      tasks.remove(end.taskInfo().taskId());
      return;
    }
    CollectionConverters.asJava(end.taskInfo().accumulables().toSeq())
        .forEach(info -> update(end.taskInfo().taskId(), info));
  }

  private void update(long task, AccumulableInfo info) {
    boolean ours = info.name().isDefined() && info.name().get().equals(ProgressAccumulator.NAME);
    if (ours && info.update().isDefined() && info.update().get() instanceof Progress progress) {
      tasks.put(task, progress);
    }
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
    Progress progress = tasks.values().stream().reduce(Progress.NONE, Progress::plus);
    String line = describe(progress, inputs, inputName, System.nanoTime() - begin);
    if (terminal) {
      out.print("\r" + line + " ".repeat(Math.max(0, width - line.length())));
      width = line.length();
    } else {
      out.println(line);
    }
    out.flush();
  }

  /** The line for a state of the run after {@code nanos}. */
  static String describe(Progress progress, OptionalLong inputs, String inputName, long nanos) {
    double seconds = nanos / 1e9;
    StringBuilder line = new StringBuilder();
    line.append(progress.inputs());
    inputs.ifPresent(all -> line.append('/').append(all));
    line.append(' ').append(inputName);
    line.append(", ").append(progress.rows()).append(" rows");
    if (progress.failed() > 0) {
      line.append(" (").append(progress.failed()).append(" failed)");
    }
    if (progress.findings() > 0) {
      line.append(", ").append(progress.findings()).append(" findings");
    }
    long tokens = progress.promptTokens() + progress.generatedTokens();
    line.append(String.format(", %.0f tokens/s", tokens / Math.max(seconds, 1e-9)));
    line.append(", ").append(duration(seconds)).append(" gone");
    if (inputs.isPresent() && progress.inputs() > 0 && progress.inputs() < inputs.getAsLong()) {
      double left = seconds * (inputs.getAsLong() - progress.inputs()) / progress.inputs();
      line.append(", about ").append(duration(left)).append(" left");
    }
    return line.toString();
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
