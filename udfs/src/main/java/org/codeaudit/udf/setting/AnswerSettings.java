package org.codeaudit.udf.setting;

import java.io.Serializable;
import org.codeaudit.generate.EngineSettings;
import org.codeaudit.generate.ModelLoader;
import org.codeaudit.model.ModelSettings;

/**
 * What every function that asks the model needs. Small and serialisable.
 *
 * @param runId the run the rows belong to
 * @param loader how an executor gets the model
 * @param model which model, and how it is loaded
 * @param modelRevision the checkpoint's revision, part of every row's key
 * @param engine how its steps are filled
 * @param maxNewTokens the most tokens of one answer
 * @param thinking whether a model that can think aloud may do so
 */
public record AnswerSettings(
    String runId,
    ModelLoader loader,
    ModelSettings model,
    String modelRevision,
    EngineSettings engine,
    int maxNewTokens,
    boolean thinking)
    implements Serializable {

  /** The same for another run. */
  public AnswerSettings withRunId(String id) {
    return new AnswerSettings(id, loader, model, modelRevision, engine, maxNewTokens, thinking);
  }

  /** Questions a task keeps in flight: two batches, so that the engine never waits for a task. */
  public int window() {
    return 2 * engine.maxRunning();
  }
}
