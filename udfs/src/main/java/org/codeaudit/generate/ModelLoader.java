package org.codeaudit.generate;

import java.io.Serializable;
import org.codeaudit.model.ModelSettings;

/**
 * Brings a model into an executor. The driver puts one into the settings of the functions, which
 * carry it to the executors; there the {@link EngineCache} has the thread of a new engine call it,
 * once for all tasks. Small and serialisable.
 */
@FunctionalInterface
public interface ModelLoader extends Serializable {

  /**
   * Loads the model that settings name, with its tokenizer.
   *
   * @param engine how the engine will fill its steps, for which memory is planned
   * @return the engine that called closes it
   * @throws Exception if there is no such model; nothing may be left open then
   */
  LoadedModel load(ModelSettings model, EngineSettings engine) throws Exception;
}
