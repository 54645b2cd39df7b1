package org.codeaudit.bench.throughput;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.codeaudit.bench.measure.ProcessFiles;
import org.codeaudit.generate.EngineStatistics;
import org.codeaudit.generate.request.Timing;

/**
 * The figures of one pass over the workload.
 *
 * @param phase {@code engine}, or {@code spark} for the whole pipeline
 * @param savings whether the engine left out what it could
 * @param rows that came back
 * @param seconds from the first request, or from the start of the job, to the last row
 * @param promptTokens tokens of the prompts
 * @param cachedTokens of them, those that were computed before
 * @param generatedTokens tokens of the answers
 * @param forcedTokens of them, those that were not chosen
 * @param draftTokensAccepted of them, those that were drafted and verified
 * @param prefillSeconds what steps spent on prompts
 * @param decodeSeconds what steps spent on answers
 * @param stepSeconds time inside steps of the model; the rest of {@code seconds} it waited
 * @param steps of the model
 * @param meanBatchSize sequences in a step
 * @param peakBytes the most resident memory of the process in this pass; 0 if unknown
 */
public record Throughput(
    String phase,
    Savings savings,
    int rows,
    double seconds,
    long promptTokens,
    long cachedTokens,
    long generatedTokens,
    long forcedTokens,
    long draftTokensAccepted,
    double prefillSeconds,
    double decodeSeconds,
    double stepSeconds,
    long steps,
    double meanBatchSize,
    long peakBytes) {

  /**
   * Sums up.
   *
   * @param timings of the answers
   * @param before the engine's statistics when the pass began
   * @param after when it had ended
   */
  static Throughput of(
      String phase,
      Savings savings,
      double seconds,
      Collection<Timing> timings,
      EngineStatistics before,
      EngineStatistics after) {
    long steps = after.steps() - before.steps();
    double sequences =
        after.meanBatchSize() * after.steps() - before.meanBatchSize() * before.steps();
    return new Throughput(
        phase,
        savings,
        timings.size(),
        seconds,
        timings.stream().mapToLong(Timing::promptTokens).sum(),
        timings.stream().mapToLong(Timing::cachedTokens).sum(),
        timings.stream().mapToLong(Timing::generatedTokens).sum(),
        timings.stream().mapToLong(Timing::forcedTokens).sum(),
        timings.stream().mapToLong(Timing::draftTokensAccepted).sum(),
        timings.stream().mapToLong(Timing::prefillNanos).sum() / 1e9,
        timings.stream().mapToLong(Timing::decodeNanos).sum() / 1e9,
        (after.busyNanos() - before.busyNanos()) / 1e9,
        steps,
        steps == 0 ? 0 : sequences / steps,
        ProcessFiles.status("VmHWM:"));
  }

  @JsonProperty
  double rowsPerMinute() {
    return 60 * rows / seconds;
  }

  @JsonProperty
  double prefillTokensPerSecond() {
    return (promptTokens - cachedTokens) / prefillSeconds;
  }

  @JsonProperty
  double decodeTokensPerSecond() {
    return generatedTokens / decodeSeconds;
  }

  /** Of the time, the part in which no step of the model ran. */
  @JsonProperty("seconds_outside_steps")
  double waitingSeconds() {
    return seconds - stepSeconds;
  }

  /** The pass of median time. */
  static Throughput median(List<Throughput> passes) {
    return passes.stream()
        .sorted(Comparator.comparingDouble(Throughput::seconds))
        .skip((passes.size() - 1) / 2)
        .findFirst()
        .orElseThrow();
  }
}
