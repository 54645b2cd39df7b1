package org.codeaudit.metrics;

import com.codahale.metrics.Gauge;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.spark.TaskFailedReason;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.codeaudit.generate.EngineCache;
import org.codeaudit.udf.run.FinishedRows;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Samples its executor, shows the latest sample and sends it to the driver. */
final class ExecutorMetrics implements ExecutorPlugin {
  private static final Logger LOG = LoggerFactory.getLogger(ExecutorMetrics.class);
  private static final long PERIOD_SECONDS = 5;
  private static final int PERIODS_PER_LOG_LINE = 12;

  /** One thread, so that samples arrive in the order in which they were taken. */
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread made = new Thread(work, "code-audit-metrics");
            made.setDaemon(true);
            return made;
          });

  private final AtomicBoolean asked = new AtomicBoolean();
  private PluginContext context;
  private Sampler sampler;
  private volatile Sample latest;
  private long periods;
  private long stepsLogged;

  @Override
  public void init(PluginContext pluginContext, Map<String, String> extraConf) {
    try {
      context = pluginContext;
      sampler =
          new Sampler(
              context.executorID(),
              EngineCache.shared()::reading,
              FinishedRows::ofThisJvm,
              System::nanoTime);
      latest = sampler.sample();
      // A driver that is its own executor shows the same figures as those of the run.
      if (!context.executorID().equals(Sample.DRIVER)) {
        for (Metric metric : Metric.values()) {
          Gauge<Double> gauge = () -> metric.of(latest);
          context.metricRegistry().register(metric.metricName(), gauge);
        }
      }
      thread.scheduleAtFixedRate(this::period, PERIOD_SECONDS, PERIOD_SECONDS, TimeUnit.SECONDS);
    } catch (RuntimeException | LinkageError e) {
      LOG.warn("This executor has no metrics", e);
      thread.shutdownNow();
    }
  }

  @Override
  public void onTaskSucceeded() {
    sendSoon();
  }

  @Override
  public void onTaskFailed(TaskFailedReason reason) {
    sendSoon();
  }

  @Override
  public void shutdown() {
    thread.shutdownNow();
  }

  /** The driver should know at once what a task did; many tasks at once become one message. */
  private void sendSoon() {
    if (!asked.compareAndSet(false, true)) {
      return;
    }
    try {
      thread.execute(
          () -> {
            asked.set(false);
            send();
          });
    } catch (RejectedExecutionException e) {
      // The executor is going down, or has no metrics.
    }
  }

  private void period() {
    send();
    if (++periods % PERIODS_PER_LOG_LINE == 0) {
      logWork();
    }
  }

  private void send() {
    try {
      latest = sampler.sample();
      context.send(latest);
    } catch (IOException | RuntimeException e) {
      // The next sample holds all that this one does.
      LOG.debug("A sample did not reach the driver: {}", e.toString());
    }
  }

  private void logWork() {
    Sample sample = latest;
    if (sample.work().steps() == stepsLogged) {
      return;
    }
    stepsLogged = sample.work().steps();
    LOG.info(
        "Over the last minute {} tokens/s read and {} written in batches of {}, busy {} %;"
            + " {} running, {} queued, {} of {} tokens of cache in use; {} rows, {} of them failed",
        rounded(sample.rates().promptTokens()),
        rounded(sample.rates().answerTokens()),
        rounded(sample.rates().batchSize()),
        Math.round(100 * sample.rates().busyShare()),
        sample.state().running(),
        sample.state().queued(),
        sample.state().cacheTokensUsed(),
        sample.state().cacheTokens(),
        sample.rows().rows(),
        sample.rows().failed());
  }

  private static String rounded(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
