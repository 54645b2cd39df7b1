package org.codeaudit.job.option;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
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
  private static final String TASK_GPUS = "spark.task.resource.gpu.amount";

  private SchedulingSettings() {}

  /**
   * Removes requests for resources from the settings of a local session, where Spark has none to
   * assign and would wait for them forever; a local session finds the GPU by itself.
   *
   * @throws AuditException if an executor has several GPUs and a task is assigned only some of them
   */
  static void check(SparkConf conf) {
    if (LOCAL.matcher(conf.get("spark.master", "")).matches()) {
      dropResources(conf);
    } else {
      checkGpus(conf.get(GPUS, "").strip(), conf.get(TASK_GPUS, "").strip());
    }
  }

  /** The model of an executor lies on the GPUs of the task that loads it. */
  private static void checkGpus(String ofExecutor, String ofTask) {
    boolean several = ofExecutor.matches("0*([2-9]|[1-9]\\d+)");
    boolean all =
        ofTask.matches("\\d+") && several && Long.parseLong(ofTask) == Long.parseLong(ofExecutor);
    if (several && !all) {
      throw new AuditException(
          ErrorClass.GPUS_PER_EXECUTOR,
          "Cannot run with " + GPUS + "=" + ofExecutor,
          "An executor holds one model, on the GPUs of one task, and a task gets "
              + (ofTask.isEmpty() ? "none" : ofTask)
              + " of them: the others would idle",
          "Set it to 1 and run one executor for each GPU; or, for a model that needs several, set "
              + TASK_GPUS
              + " to the same number; see docs/gpus.md");
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
