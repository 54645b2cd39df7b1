package org.codeaudit.metrics;

import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.SparkPlugin;

/**
 * Publishes what a run does through Spark's metrics system, on the driver for the whole run and on
 * every executor for itself. The job adds it to {@code spark.plugins}. Nothing that goes wrong in
 * it ends a run.
 */
public final class AuditPlugin implements SparkPlugin {

  @Override
  public DriverPlugin driverPlugin() {
    return new RunMetrics();
  }

  @Override
  public ExecutorPlugin executorPlugin() {
    return new ExecutorMetrics();
  }
}
