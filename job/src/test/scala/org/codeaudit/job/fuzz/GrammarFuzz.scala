package org.codeaudit.job.fuzz

import java.nio.charset.StandardCharsets.UTF_8
import java.util.OptionalInt

import scala.jdk.CollectionConverters._

import org.codeaudit.finding.FindingParser
import org.codeaudit.finding.ParsedAnswer.Ending
import org.codeaudit.generate.grammar.{FindingsGrammar, FindingsLimits}
import org.codeaudit.generate.request.OutputGrammar
import org.codeaudit.model.AllowedTokens
import org.codeaudit.token.Tokenizer

/** Whatever lines a unit has and whatever is chosen, the grammar ends with findings about these
  * lines that the parser reads to their end, and takes what it offers.
  *
  * An input is the lines of a unit, a zero byte, and choices among the tokens that are allowed.
  */
object GrammarFuzz extends FuzzTarget {
  private val limits = new FindingsLimits(2, 60, 40, 20)
  private val categories = Seq("bug", "bugfix", "security").asJava
  private val severities = Seq("low", "high").asJava
  private val mostTokens = 2000

  override def name: String = "grammar"

  override def check(input: Array[Byte]): Unit = {
    val (unit, rest) = input.span(_ != 0)
    val lines = FuzzTarget.text(unit).linesIterator.toSeq
    val grammar = FindingsGrammar.create(Tokens, lines.asJava, categories, severities, limits)
    val answer = Tokens.decode(walk(grammar, rest.drop(1)).toArray)
    val parsed = FindingParser.parse(answer)
    assert(parsed.ending == Ending.COMPLETE && parsed.read == answer.length, answer)
    assert(parsed.findings.size <= limits.findings, answer)
    parsed.findings.forEach { finding =>
      assert(lines.exists(_.strip == finding.quote), "a quote of something else")
      assert(categories.contains(finding.category) && severities.contains(finding.severity), answer)
      assert(!finding.message.isEmpty && finding.message.getBytes(UTF_8).length <= 40, answer)
    }
  }

  /** The end of a text is chosen where no choices are left. */
  private def walk(grammar: OutputGrammar, choices: Array[Byte]): Seq[Int] = {
    val left = choices.iterator.map(_ & 0xff)
    val tokens = Seq.newBuilder[Int]
    var count = 0
    while (!grammar.complete) {
      val forced = grammar.forced
      val next = if (forced.nonEmpty) forced else Array(choose(grammar, left))
      next.foreach(grammar.accept)
      tokens ++= next
      count += next.length
      assert(count < mostTokens, "no end in sight")
    }
    tokens.result()
  }

  private def choose(grammar: OutputGrammar, choices: Iterator[Int]): Int = {
    val allowed = grammar.allowed match {
      case only: AllowedTokens.Only     => only.ids
      case masked: AllowedTokens.Masked => masked.mask.ids
      case _: AllowedTokens.All         => throw new AssertionError("a grammar that allows all")
    }
    assert(allowed.nonEmpty, "no way on")
    val choice = choices.nextOption().getOrElse('"'.toInt)
    if (allowed.contains(choice)) choice else allowed(choice % allowed.length)
  }

  /** Ids 0 to 255 are bytes, then come some texts that cross the parts of the form. */
  private object Tokens extends Tokenizer {
    private val texts =
      Seq("{\"", "\",\"", "\"}", "\"},{\"", "}]}", "\"}]}", "é", "\\u00", "bug", "  ")
    private val table = (0 to 255).map(byte => Array(byte.toByte)) ++ texts.map(_.getBytes(UTF_8))

    override def encode(text: String): Array[Int] = text.getBytes(UTF_8).map(_ & 0xff)
    override def decode(ids: Array[Int]): String = new String(ids.flatMap(table(_)), UTF_8)
    override def bytes(id: Int): Array[Byte] = table.lift(id).getOrElse(Array.empty[Byte])
    override def size(): Int = table.size
    override def isControl(id: Int): Boolean = false
    override def control(text: String): OptionalInt = OptionalInt.empty()
    override def close(): Unit = ()
  }
}
