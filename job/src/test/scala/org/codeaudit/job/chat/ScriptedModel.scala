package org.codeaudit.job.chat

import java.nio.file.Path
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.{List => JavaList, Optional, OptionalDouble, OptionalInt}

import scala.collection.mutable
import scala.jdk.CollectionConverters._
import scala.util.Using

import org.codeaudit.checkpoint.Checkpoint
import org.codeaudit.checkpoint.config.GenerationDefaults
import org.codeaudit.fetch.LocalModel
import org.codeaudit.generate.{Engine, EngineSettings, LoadedModel}
import org.codeaudit.model._
import org.codeaudit.token.{BpeTokenizer, TemplateChatEncoder, Tokenizer}

/** Says what it is told to, whatever it is asked. `says` is called for each prompt, on the engine's
  * thread; its tokens may take their time.
  */
class ScriptedModel(tokenizer: Tokenizer, context: Int, says: String => Iterator[Int])
    extends LanguageModel {
  private class Sequence(var capacity: Int) {
    val tokens: mutable.ArrayBuffer[Int] = mutable.ArrayBuffer.empty
    lazy val answer: Iterator[Int] = says(tokenizer.decode(tokens.toArray))
  }
  private val sequences = mutable.HashMap.empty[Int, Sequence]
  private var handles = 0

  override def description(): ModelDescription = new ModelDescription(
    "scripted",
    "0",
    "f32",
    "exact",
    "cpu",
    "cpu",
    1,
    1,
    tokenizer.size,
    context,
    4 * context,
    1
  )

  override def open(capacity: Int): Int = {
    handles += 1
    sequences(handles) = new Sequence(capacity)
    handles
  }

  override def reserve(sequence: Int, capacity: Int): Boolean = {
    sequences(sequence).capacity = capacity
    true
  }

  override def length(sequence: Int): Int = sequences(sequence).tokens.size

  override def freeTokens(): Int = 4 * context - sequences.values.map(_.capacity).sum

  override def step(batch: JavaList[SequenceStep]): StepResult = {
    val chosen = batch.asScala.map { step =>
      val sequence = sequences(step.sequence)
      sequence.tokens ++= step.tokens
      if (step.choices.isEmpty) -1
      else sequence.answer.nextOption().getOrElse(ScriptedModel.end(tokenizer))
    }
    new StepResult(chosen.toArray, Array.fill(chosen.size)(-0.5f))
  }

  override def close(sequence: Int): Unit = sequences -= sequence

  override def close(): Unit = sequences.clear()
}

object ScriptedModel {
  def end(tokenizer: Tokenizer): Int = tokenizer.control("<|im_end|>").getAsInt

  /** The prompts of an engine with such a model, as text, and the engine. */
  case class Talk(engine: Engine, prompts: ConcurrentLinkedQueue[String])

  /** An engine whose model has the tokenizer and the template of a golden checkpoint.
    *
    * @param says
    *   a prompt's tokens of the answer
    */
  def engine(context: Int)(says: (Tokenizer, String) => Iterator[Int]): Talk = {
    val path = Path.of(System.getProperty("codeaudit.root")).resolve("data/golden/qwen3-tiny")
    val prompts = new ConcurrentLinkedQueue[String]
    Using.resource(new LocalModel(path, Optional.empty[String]).open()) { checkpoint: Checkpoint =>
      val tokenizer = BpeTokenizer.parse(checkpoint.tokenizer.tokenizerJson)
      val chat = TemplateChatEncoder.of(tokenizer, checkpoint.tokenizer)
      val nothing = OptionalDouble.empty
      val defaults = new GenerationDefaults(
        JavaList.of(end(tokenizer)),
        Optional.empty[java.lang.Boolean],
        nothing,
        OptionalInt.empty,
        nothing,
        nothing
      )
      val model = new ScriptedModel(
        tokenizer,
        context,
        prompt => {
          prompts.add(prompt)
          says(tokenizer, prompt)
        }
      )
      val load: java.util.concurrent.Callable[LoadedModel] =
        () => new LoadedModel(model, tokenizer, chat, defaults)
      Talk(Engine.load(load, EngineSettings.DEFAULT), prompts)
    }
  }
}
