package org.codeaudit.udf.setting;

import java.io.Serializable;
import org.codeaudit.generate.EngineSettings;
import org.codeaudit.generate.ModelLoader;
import org.codeaudit.model.ModelSettings;

/**
 * How an executor comes by its model. Small and serialisable: it travels with the functions. The
 * product loads checkpoints ({@link CheckpointLoader}); whoever embeds the job may bring another.
 */
@FunctionalInterface
public interface ModelLoading extends Serializable {

  /** Loads the checkpoint that the settings name. */
  ModelLoading CHECKPOINT = new CheckpointLoading();

  /** The loader for these settings; nothing is loaded yet. */
  ModelLoader loader(ModelSettings settings);

  /**
   * As {@link #loader(ModelSettings)} for an engine with settings of its own; unless a loading says
   * otherwise they make no difference.
   */
  default ModelLoader loader(ModelSettings settings, EngineSettings engine) {
    return loader(settings);
  }
}
