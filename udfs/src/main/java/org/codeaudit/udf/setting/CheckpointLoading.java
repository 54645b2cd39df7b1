package org.codeaudit.udf.setting;

import org.codeaudit.generate.EngineSettings;
import org.codeaudit.generate.ModelLoader;
import org.codeaudit.model.ModelSettings;
import org.codeaudit.placement.StepSize;

/** Loads checkpoints, with room for the steps of the engine that will use them. */
record CheckpointLoading() implements ModelLoading {

  @Override
  public ModelLoader loader(ModelSettings settings) {
    return new CheckpointLoader(settings);
  }

  @Override
  public ModelLoader loader(ModelSettings settings, EngineSettings engine) {
    return new CheckpointLoader(
        settings, new StepSize(engine.tokensPerStep(), engine.maxRunning()));
  }
}
