package org.codeaudit.generate.grammar

import java.io.ByteArrayOutputStream
import org.codeaudit.generate.request.OutputGrammar
import org.codeaudit.model.AllowedTokens
import org.codeaudit.token.Tokenizer
import scala.collection.mutable
import scala.util.Random

/** Walks through grammars as the engine makes them, with a choice of our own. */
object Walks {

  def ids(allowed: AllowedTokens): Array[Int] = allowed match {
    case only: AllowedTokens.Only     => only.ids
    case masked: AllowedTokens.Masked => masked.mask.ids
    case _: AllowedTokens.All         => throw new AssertionError("a grammar that allows all")
  }

  /** The tokens of a whole answer; `choose` picks among the ids allowed. */
  def walk(grammar: OutputGrammar, most: Int = 20000)(choose: Array[Int] => Int): Seq[Int] = {
    val tokens = mutable.ArrayBuffer.empty[Int]
    while (!grammar.complete()) {
      val forced = grammar.forced()
      val next = if (forced.nonEmpty) forced else Array(choose(ids(grammar.allowed())))
      next.foreach(grammar.accept)
      tokens ++= next
      assert(tokens.size < most, "no end in sight")
    }
    assert(grammar.forced().isEmpty)
    tokens.toSeq
  }

  def anyOf(random: Random): Array[Int] => Int = allowed => allowed(random.nextInt(allowed.length))

  def bytes(tokenizer: Tokenizer, tokens: Iterable[Int]): Array[Byte] = {
    val out = new ByteArrayOutputStream
    tokens.foreach(id => out.writeBytes(tokenizer.bytes(id)))
    out.toByteArray
  }

  /** Cuts a text into random tokens that spell it. */
  def cut(tokenizer: Tokenizer, text: Array[Byte], random: Random): Seq[Int] = {
    val byFirst = (0 until tokenizer.size)
      .filter(id => tokenizer.bytes(id).nonEmpty)
      .groupBy(id => tokenizer.bytes(id).head)
    Seq.unfold(0) { at =>
      Option.when(at < text.length) {
        val fits = byFirst(text(at)).filter(id => text.startsWith(tokenizer.bytes(id), at))
        val id = fits(random.nextInt(fits.length))
        (id, at + tokenizer.bytes(id).length)
      }
    }
  }

  /** What the tokens allowed at a place spell, for assertions. */
  def spelled(tokenizer: Tokenizer, allowed: AllowedTokens): Set[String] =
    ids(allowed).map(id => new String(tokenizer.bytes(id), "ISO-8859-1")).toSet

  /** Throws if a grammar lets in a token that it does not offer, or offers one it does not let in.
    */
  def agrees(grammar: () => OutputGrammar, before: Seq[Int], tokenizer: Tokenizer): Unit = {
    val here = grammar()
    before.foreach(here.accept)
    val offered = if (here.forced().nonEmpty) Set.empty[Int] else ids(here.allowed()).toSet
    (0 until tokenizer.size).foreach { id =>
      val probe = grammar()
      before.foreach(probe.accept)
      val taken = scala.util.Try(probe.accept(id)).isSuccess
      assert(taken || !offered(id), s"token $id is offered but not taken")
    }
  }
}
