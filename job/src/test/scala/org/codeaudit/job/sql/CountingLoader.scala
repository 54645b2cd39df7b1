package org.codeaudit.job.sql

import java.util.concurrent.atomic.AtomicInteger
import org.codeaudit.generate.{EngineSettings, LoadedModel, ModelLoader}
import org.codeaudit.model.ModelSettings
import org.codeaudit.udf.setting.CheckpointLoader

/** Loads checkpoints and counts the prompts that are encoded for them in this JVM. */
object CountingLoader extends ModelLoader {
  val prompts = new AtomicInteger

  override def load(settings: ModelSettings, engine: EngineSettings): LoadedModel = {
    val model = new CheckpointLoader().load(settings, engine)
    new LoadedModel(
      model.model,
      model.tokenizer,
      (messages, thinking) => {
        prompts.incrementAndGet()
        model.chat.encode(messages, thinking)
      },
      model.defaults
    )
  }
}
