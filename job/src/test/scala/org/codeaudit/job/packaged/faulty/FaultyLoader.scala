package org.codeaudit.job.packaged.faulty

import java.nio.file.Path

import scala.collection.mutable
import scala.jdk.CollectionConverters._
import org.apache.spark.SparkEnv

import org.codeaudit.checkpoint.Checkpoints
import org.codeaudit.generate.{EngineSettings, LoadedModel, ModelLoader}
import org.codeaudit.model.ModelSettings
import org.codeaudit.token.{BpeTokenizer, TemplateChatEncoder}

/** The tokenizer and the chat template of a checkpoint, with a [[FaultyModel]] in place of its
  * weights.
  */
class FaultyLoader(faults: Faults) extends ModelLoader {
  override def load(settings: ModelSettings, engine: EngineSettings): LoadedModel = {
    val gpus = settings.device.assigned.asScala
    val gpu = if (gpus.isEmpty) "none" else gpus.mkString(",")
    if (faults.wanted(Faults.OutOfMemory)) exhaustMemory()
    val checkpoint = Checkpoints.open(Path.of(settings.path))
    try {
      val files = checkpoint.tokenizer()
      val tokenizer = BpeTokenizer.parse(files.tokenizerJson())
      val chat = TemplateChatEncoder.of(tokenizer, files)
      val model = new FaultyModel(faults, tokenizer)
      faults.record(s"load executor=${SparkEnv.get.executorId} gpu=$gpu")
      new LoadedModel(model, tokenizer, chat, checkpoint.generationDefaults())
    } finally checkpoint.close()
  }

  /** As a model that is too big for the heap does. */
  private def exhaustMemory(): Unit = {
    val weights = mutable.ArrayBuffer.empty[Array[Byte]]
    while (weights.size < 100000) weights += new Array[Byte](16 << 20)
  }
}
