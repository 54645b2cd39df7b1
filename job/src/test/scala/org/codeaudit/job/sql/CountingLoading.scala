package org.codeaudit.job.sql

import java.util.concurrent.atomic.AtomicInteger
import org.codeaudit.generate.{LoadedModel, ModelLoader}
import org.codeaudit.model.ModelSettings
import org.codeaudit.udf.setting.{CheckpointLoader, ModelLoading}

/** Loads checkpoints and counts the prompts that are encoded for them in this JVM. */
object CountingLoading extends ModelLoading {
  val prompts = new AtomicInteger

  override def loader(settings: ModelSettings): ModelLoader = () => {
    val model = new CheckpointLoader(settings).load()
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
