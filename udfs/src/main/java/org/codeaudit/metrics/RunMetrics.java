package org.codeaudit.metrics;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.SparkContext;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gathers the samples of all executors on the driver and shows the run's figures, and those of each
 * executor that lives as {@code executor.ID.NAME}. So the driver shows everything.
 */
final class RunMetrics implements DriverPlugin {
  private static final Logger LOG = LoggerFactory.getLogger(RunMetrics.class);

  /** Latest samples by executor. What an executor did stays, the rest goes with it. */
  private final Map<String, Sample> alive = new ConcurrentHashMap<>();

  private final Map<String, Sample> all = new ConcurrentHashMap<>();
  private final Set<String> removed = new HashSet<>();
  private MetricRegistry registry;

  @Override
  public Map<String, String> init(SparkContext spark, PluginContext context) {
    begin(context.metricRegistry());
    try {
      spark.addSparkListener(
          new SparkListener() {
            @Override
            public void onExecutorRemoved(SparkListenerExecutorRemoved event) {
              remove(event.executorId());
            }
          });
    } catch (RuntimeException | LinkageError e) {
      LOG.warn("Executors that are gone will stay in the metrics", e);
    }
    return Map.of();
  }

  /** Samples may come before the run's own figures are shown. */
  void begin(MetricRegistry toShowIn) {
    registry = toShowIn;
  }

  @Override
  public void registerMetrics(String applicationId, PluginContext context) {
    try {
      for (Metric metric : Metric.values()) {
        register(metric.metricName(), () -> metric.of(alive.values(), all.values()));
      }
      register("executors", () -> (double) alive.size());
    } catch (RuntimeException | LinkageError e) {
      LOG.warn("This run has no metrics", e);
    }
  }

  @Override
  public Object receive(Object message) {
    if (message instanceof Sample sample) {
      take(sample);
    }
    return null;
  }

  private synchronized void take(Sample sample) {
    String id = sample.executorId();
    all.put(id, sample);
    // The last sample of an executor may arrive after the news of its end.
    if (removed.contains(id)) {
      return;
    }
    boolean first = alive.put(id, sample) == null;
    if (first && !id.equals(Sample.DRIVER)) {
      for (Metric metric : Metric.values()) {
        register(prefix(id) + metric.metricName(), () -> metric.of(all.get(id)));
      }
    }
  }

  /** Forgets the state of an executor, not what it did. */
  synchronized void remove(String id) {
    removed.add(id);
    alive.remove(id);
    registry.removeMatching((name, metric) -> name.startsWith(prefix(id)));
  }

  private void register(String name, Gauge<Double> gauge) {
    registry.register(name, gauge);
  }

  private static String prefix(String id) {
    return "executor." + id + ".";
  }
}
