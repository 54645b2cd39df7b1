package org.codeaudit.generate

import org.codeaudit.model._
import scala.collection.mutable
import scala.jdk.CollectionConverters._
import scala.util.hashing.MurmurHash3

/** A model whose next token depends on the tokens before it and on nothing else. It has no
  * patience: an unknown handle, a lack of capacity, a second thread or a step after the end are
  * errors. The arena is contiguous like a real one: free cache in pieces serves no long sequence.
  * No more sequences than `states` are open at once.
  */
class FakeLanguageModel(
    vocabulary: Int = 300,
    context: Int = 1000,
    cache: Int = 4000,
    script: Seq[Int] => Int = FakeLanguageModel.hashed(300),
    states: Int = Int.MaxValue
) extends LanguageModel {
  private class Region(
      var from: Int,
      var capacity: Int,
      val parent: Option[Region] = None,
      val shared: Seq[Int] = Nil
  ) {
    val own: mutable.ArrayBuffer[Int] = mutable.ArrayBuffer.empty
    def tokens: Seq[Int] = shared ++ own
  }
  private val regions = mutable.LinkedHashMap.empty[Int, Region]
  private var handles = 0
  private var owner: Option[Thread] = None
  @volatile var closed = 0

  /** All steps made, as tokens per sequence. */
  val batches: mutable.ArrayBuffer[Seq[SequenceStep]] = mutable.ArrayBuffer.empty

  /** Runs before each step. */
  @volatile var beforeStep: Seq[SequenceStep] => Unit = _ => ()

  override def description(): ModelDescription =
    new ModelDescription(
      "fake",
      "0",
      "f32",
      "exact",
      "cpu",
      "cpu",
      1,
      1,
      vocabulary,
      context,
      cache,
      1
    )

  override def open(capacity: Int): Int = {
    touch()
    check(capacity > 0 && capacity <= context, s"capacity $capacity")
    place(capacity, None).filter(_ => regions.size < states) match {
      case Some(from) =>
        handles += 1
        regions(handles) = new Region(from, capacity)
        handles
      case None => -1
    }
  }

  override def open(parent: Int, positions: Int, capacity: Int): Int = {
    touch()
    check(keepsPositions, "sharing")
    val first = known(parent)
    check(positions >= 1 && positions <= first.tokens.size, s"$positions positions of $parent")
    check(positions + capacity <= context, s"capacity $capacity")
    val handle = open(capacity)
    if (handle >= 0) {
      val region = regions(handle)
      regions(handle) = new Region(region.from, capacity, Some(first), first.tokens.take(positions))
    }
    handle
  }

  override def keepsPositions: Boolean = true

  override def reserve(sequence: Int, capacity: Int): Boolean = {
    touch()
    val region = known(sequence)
    check(region.shared.size + capacity <= context, s"capacity $capacity")
    val from = place(capacity, Some(region))
    from.foreach { start =>
      region.from = start
      region.capacity = capacity
    }
    from.isDefined
  }

  override def truncate(sequence: Int, length: Int): Unit = {
    touch()
    val region = known(sequence)
    check(keepsPositions, "truncation")
    check(!regions.values.exists(_.parent.contains(region)), "cut while others begin with it")
    check(
      length >= region.shared.size && length <= region.tokens.size,
      s"$length of ${region.tokens.size} positions"
    )
    region.own.takeInPlace(length - region.shared.size)
  }

  override def length(sequence: Int): Int = known(sequence).tokens.size

  override def freeTokens(): Int = cache - regions.values.map(_.capacity).sum

  override def spaces(): java.util.List[CacheSpace] = {
    touch()
    val taken = regions.toSeq.map { case (handle, region) =>
      CacheSpace.Region.of(handle, region.from, region.capacity)
    }
    val ordered = taken.sortBy(_.start)
    val free = (0 +: ordered.map(_.end)).zip(ordered.map(_.start) :+ cache).collect {
      case (from, to) if to > from => CacheSpace.Region.free(from, to - from)
    }
    java.util.List.of(new CacheSpace("positions", cache, (taken ++ free).asJava))
  }

  override def step(batch: java.util.List[SequenceStep]): StepResult = {
    touch()
    val steps = batch.asScala.toSeq
    beforeStep(steps)
    check(steps.nonEmpty, "an empty batch")
    check(steps.map(_.sequence).distinct.size == steps.size, "a sequence twice in a batch")
    batches += steps
    val chosen = steps.flatMap { step =>
      val region = known(step.sequence)
      check(step.tokens.nonEmpty, "no tokens")
      check(step.tokens.forall(id => id >= 0 && id < vocabulary), "an id outside the vocabulary")
      region.own ++= step.tokens
      check(region.own.size <= region.capacity, "more tokens than capacity")
      val before = region.tokens.size - step.tokens.length
      val choices = step.choices.asScala.toSeq
      check(choices.forall { case (after, _) => step.tokens.indices.contains(after) }, "a choice")
      if (choices.isEmpty) Seq((-1, Float.NaN))
      else
        choices.map { case (after, choice) =>
          choose(region.tokens.take(before + after + 1), choice)
        }
    }
    new StepResult(chosen.map(_._1).toArray, chosen.map(_._2).toArray)
  }

  override def close(sequence: Int): Unit = {
    touch()
    val region = known(sequence)
    check(!regions.values.exists(_.parent.contains(region)), "closed while others begin with it")
    regions -= sequence
  }

  override def close(): Unit = {
    touch()
    closed += 1
  }

  private def choose(tokens: Seq[Int], choice: SequenceStep.Choice): (Int, Float) = {
    val wanted = script(tokens)
    val token = choice.allowed match {
      case _: AllowedTokens.All => pick(tokens, (0 until vocabulary).toArray, choice, wanted)
      case masked: AllowedTokens.Masked => pick(tokens, masked.mask.ids, choice, wanted)
      case only: AllowedTokens.Only     => pick(tokens, only.ids, choice, wanted)
    }
    check(!choice.sampling.penalises || choice.seen.toSet == tokens.toSet, "seen is not what was")
    (token, (MurmurHash3.seqHash(tokens) & 0xff) / -256f)
  }

  /** The scripted token if it may come, else one that a hash (and the row's number) picks. */
  private def pick(
      tokens: Seq[Int],
      allowed: Array[Int],
      choice: SequenceStep.Choice,
      wanted: Int
  ): Int = {
    check(allowed.nonEmpty && allowed.forall(_ < vocabulary), "a bad set of tokens")
    val sorted = allowed.sorted
    if (choice.sampling.greedy) {
      if (sorted.contains(wanted)) wanted
      else sorted(Math.floorMod(MurmurHash3.seqHash(tokens), sorted.length))
    } else {
      val offset = (MurmurHash3.seqHash(tokens) & 0xffff) / 65536.0
      sorted((((choice.uniform + offset) % 1.0) * sorted.length).toInt)
    }
  }

  /** Where a region of this size fits, beside all others but the one that moves. */
  private def place(capacity: Int, moving: Option[Region]): Option[Int] = {
    val taken = regions.values.filterNot(moving.contains).toSeq.sortBy(_.from)
    val starts = 0 +: taken.map(region => region.from + region.capacity)
    val ends = taken.map(_.from) :+ cache
    starts.zip(ends).collectFirst { case (from, to) if to - from >= capacity => from }
  }

  private def known(sequence: Int): Region =
    regions.getOrElse(sequence, throw new AssertionError(s"unknown sequence $sequence"))

  private def touch(): Unit = {
    check(closed == 0, "used after the end")
    check(owner.forall(_ eq Thread.currentThread), "used by a second thread")
    owner = Some(Thread.currentThread)
  }

  private def check(condition: Boolean, problem: => String): Unit =
    if (!condition) throw new AssertionError(s"the model was asked for the impossible: $problem")
}

object FakeLanguageModel {

  /** The token that a hash of all tokens so far picks. */
  def hashed(vocabulary: Int): Seq[Int] => Int =
    tokens => Math.floorMod(MurmurHash3.seqHash(tokens), vocabulary)

  /** After a prompt of this many tokens, these tokens. */
  def says(promptLength: Int, answer: Seq[Int]): Seq[Int] => Int =
    tokens => answer.lift(tokens.size - promptLength).getOrElse(0)
}
