package org.codeaudit.bench.models;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalDouble;
import org.apache.spark.sql.Row;
import org.codeaudit.code.CheckCommands;
import org.codeaudit.udf.setting.AnswerSettings;
import org.codeaudit.udf.setting.GenerateSettings;

/**
 * A model to be measured, and how.
 *
 * @param model what the user calls it
 * @param runId the name of its run
 * @param batch the most sequences that run at once
 * @param pricePerHour what the machine costs
 * @param limit how long its process may take
 * @param settings how it is asked; null if it cannot be
 * @param error why it cannot be asked; null if it can
 */
public record ModelSetting(
    String model,
    String runId,
    Instant begun,
    int batch,
    OptionalDouble pricePerHour,
    CheckCommands commands,
    Duration limit,
    AnswerSettings settings,
    String error) {

  /** The likeliest token each time: what is compared must not be luck. */
  GenerateSettings sampling() {
    return new GenerateSettings(0.0, null, null, null, 0, List.of());
  }

  ModelTask task(List<Row> prompts) {
    return new ModelTask(settings, sampling(), commands, prompts);
  }
}
