package org.codeaudit.generate;

import java.io.Serializable;

/** Loads a model on the engine's thread. Small and serialisable: it travels to executors. */
@FunctionalInterface
public interface ModelLoader extends Serializable {

  /**
   * Loads a model and its tokenizer.
   *
   * @throws Exception if there is no such model; nothing may be left open then
   */
  LoadedModel load() throws Exception;
}
