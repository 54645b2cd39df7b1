package org.codeaudit.job.plan;

import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.codeaudit.udf.run.EarlierAnswers;
import org.codeaudit.udf.setting.ReviewSettings;

/**
 * How a run is planned.
 *
 * @param seed of all that is drawn at random
 * @param within how narrow the interval of the prompts' tokens is to be, as a part of them
 * @param sampleSeconds after which no more of the source is read
 * @param measure how many questions the model is asked
 * @param from output folder of an earlier run to take figures of answers from
 * @param held what the review will find answered; empty if nobody said where it will write
 * @param rates how fast an engine is, if the user knows
 */
public record Planner(
    long seed,
    double within,
    double sampleSeconds,
    int measure,
    Optional<String> from,
    Optional<EarlierAnswers> held,
    Optional<AnswerFigures.Rates> rates) {
  /** More places than are measured, so that they can be spread over the lengths of prompts. */
  private static final int PLACES_PER_QUESTION = 8;

  private static final int LEAST_PLACES = 64;

  /**
   * Plans the review of these changes: reads a sample of them, and asks the model a few questions
   * unless an earlier run tells enough.
   *
   * @param findings makes the table of findings of one of reviews
   */
  public RunPlan plan(
      Dataset<Row> changes, ReviewSettings settings, UnaryOperator<Dataset<Row>> findings) {
    Optional<AnswerFigures> earlier = earlier(changes, settings);
    SourceSampling sampling =
        new SourceSampling(changes, settings, held.orElse(EarlierAnswers.NONE));
    int places = Math.max(LEAST_PLACES, PLACES_PER_QUESTION * measure);
    SourceCount source = sampling.count(seed, within, sampleSeconds, places);
    AnswerFigures answers =
        earlier.orElseGet(
            () ->
                new MeasuredAnswers(changes.sparkSession(), sampling, source)
                    .figures(measure, settings.answer().maxNewTokens(), findings));
    return new RunPlan(source, rates.map(answers::withRates).orElse(answers), held.isPresent());
  }

  private Optional<AnswerFigures> earlier(Dataset<Row> changes, ReviewSettings settings) {
    return from.flatMap(
        folder -> new EarlierReviews(changes.sparkSession(), folder).figures(settings));
  }
}
