package org.codeaudit.generate;

import org.codeaudit.model.ModelDescription;

/**
 * The state of an engine, as others may see it.
 *
 * @param model what is loaded
 * @param statistics what it had done after its latest step
 * @param pending requests that are neither answered, failed nor cancelled
 */
public record EngineReading(ModelDescription model, EngineStatistics statistics, int pending) {

  /** Requests that are not running yet. */
  public int queued() {
    // The statistics are those of the last step: a sequence may have ended since.
    return Math.max(0, pending - statistics.running());
  }
}
