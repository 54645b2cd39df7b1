package org.codeaudit.job.packaged.faulty

import scala.collection.mutable
import scala.jdk.CollectionConverters._
import scala.util.hashing.MurmurHash3

import org.codeaudit.model._
import org.codeaudit.token.Tokenizer

/** Takes its time and fails when told to. Its next token depends on the tokens before it and on
  * nothing else, so an answer is the same wherever and whenever it is made.
  */
class FaultyModel(faults: Faults, tokenizer: Tokenizer) extends LanguageModel {
  private class Sequence(var capacity: Int) {
    val tokens: mutable.ArrayBuffer[Int] = mutable.ArrayBuffer.empty
  }
  private val sequences = mutable.HashMap.empty[Int, Sequence]
  private val quote = tokenizer.encode("\"").head
  private var handles = 0
  private var slowUntil = 0L

  override def description(): ModelDescription =
    new ModelDescription(
      "faulty",
      "0",
      "f32",
      "exact",
      "cpu",
      "cpu",
      1,
      1,
      tokenizer.size,
      1024,
      1 << 20,
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

  override def freeTokens(): Int = (1 << 20) - sequences.values.map(_.capacity).sum

  override def step(batch: java.util.List[SequenceStep]): StepResult = {
    Thread.sleep(pace)
    batch.forEach(step => poison(step.tokens))
    if (faults.wanted(Faults.FailedStep))
      throw new ModelFailure("this step was told to fail", null)
    val chosen = batch.asScala.map { step =>
      val tokens = sequences(step.sequence).tokens ++= step.tokens
      step.choices.values.asScala.headOption.fold(-1)(choice => choose(tokens, choice.allowed))
    }
    new StepResult(chosen.toArray, Array.fill(chosen.size)(-0.5f))
  }

  private def pace: scala.Long = {
    val now = System.currentTimeMillis()
    if (faults.wanted(Faults.SlowExecutor)) slowUntil = now + 30000
    if (now < slowUntil) faults.paceNow * 20L else faults.paceNow.toLong
  }

  private def poison(tokens: Array[Int]): Unit = faults.poison.foreach { text =>
    if (tokenizer.decode(tokens).contains(text)) {
      faults.record("died")
      Runtime.getRuntime.halt(137)
    }
  }

  /** Terse: it ends a text as soon as it may, mostly. */
  private def choose(tokens: collection.Seq[Int], allowed: AllowedTokens): Int = {
    val hash = MurmurHash3.seqHash(tokens)
    allowed match {
      case _: AllowedTokens.All         => Math.floorMod(hash, tokenizer.size)
      case masked: AllowedTokens.Masked => choose(hash, masked.mask.ids)
      case only: AllowedTokens.Only     => choose(hash, only.ids.sorted)
    }
  }

  private def choose(hash: Int, ids: Array[Int]): Int =
    if (hash % 4 != 0 && ids.contains(quote)) quote else ids(Math.floorMod(hash >> 2, ids.length))

  override def close(sequence: Int): Unit = {
    sequences -= sequence
    faults.record("answer")
  }

  override def close(): Unit = sequences.clear()
}
