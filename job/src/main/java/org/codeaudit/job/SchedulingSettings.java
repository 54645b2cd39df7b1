package org.codeaudit.job;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.codeaudit.AuditException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Tuple2;

/** Checks what Spark is told about GPUs before a session is started with it. */
final class SchedulingSettings {
  private static final Logger LOG = LoggerFactory.getLogger(SchedulingSettings.class);
  private static final Pattern LOCAL = Pattern.compile("local(\\[.*])?");
  private static final Pattern RESOURCE =
      Pattern.compile("spark\\.(task|executor|driver)\\.resource\\..+");
  private static final String GPUS = "spark.executor.resource.gpu.amount";

  private SchedulingSettings() {}

  /**
   * Takes requests for resources out of the settings of a local session, where Spark has none to
   * give and would wait for them for ever; a local session finds the GPU by itself.
   *
   * @throws AuditException if an executor asks for several GPUs
   */
  static void check(SparkConf conf) {
    if (LOCAL.matcher(conf.get("spark.master", "")).matches()) {
      dropResources(conf);
    } else if (conf.get(GPUS, "").strip().matches("0*([2-9]|[1-9]\\d+)")) {
      throw new AuditException(
          "GPUS_PER_EXECUTOR",
          "Cannot run with " + GPUS + "=" + conf.get(GPUS).strip(),
          "An executor holds one model on one GPU; its other GPUs would idle",
          "Set it to 1 and run one executor for each GPU; see docs/gpus.md");
    }
  }

  private static void dropResources(SparkConf conf) {
    List<String> dropped =
        Arrays.stream(conf.getAll())
            .map(Tuple2::_1)
            .filter(key -> RESOURCE.matcher(key).matches())
            .sorted()
            .toList();
    // spark-submit passes settings as system properties, which a session reads again by itself
    dropped.forEach(System::clearProperty);
    dropped.forEach(conf::remove);
    if (!dropped.isEmpty()) {
      LOG.warn(
          "A local Spark schedules no resources and would wait for them for ever; ignored: {}",
          String.join(", ", dropped));
    }
  }
}
