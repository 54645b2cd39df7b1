package org.codeaudit.generate

import java.util.Optional
import org.codeaudit.generate.request.{GenerationRequest, OutputGrammar}
import org.codeaudit.model.{AllowedTokens, SamplingSettings}
import scala.jdk.CollectionConverters._

/** Requests and grammars for the suites of this room. */
object Requests {

  def request(
      key: String = "row",
      prompt: Seq[Int] = Seq(1, 2, 3),
      most: Int = 20,
      sampling: SamplingSettings = SamplingSettings.GREEDY,
      end: Set[Int] = Set.empty,
      stop: Seq[String] = Nil,
      grammar: Option[OutputGrammar] = None
  ): GenerationRequest = new GenerationRequest(
    key,
    prompt.toArray,
    most,
    sampling,
    end.map(Int.box).asJava,
    stop.asJava,
    Optional.ofNullable(grammar.orNull)
  )

  def seeded(seed: Long, penalty: Double = 1): SamplingSettings =
    new SamplingSettings(0.8, 0, 1, penalty, seed)

  /** Forced runs and free tokens in turn: a number forces that token, `None` lets the model choose
    * among the even ids.
    */
  class TurnGrammar(turns: Seq[Option[Int]], from: Int = 0) extends OutputGrammar {
    private var at = from
    override def copy(): OutputGrammar = new TurnGrammar(turns, at)
    override def forced(): Array[Int] = turns.drop(at).takeWhile(_.isDefined).flatten.toArray
    override def allowed(): AllowedTokens = {
      assert(!complete && forced().isEmpty, "asked out of turn")
      new AllowedTokens.Only((0 until 250 by 2).toArray)
    }
    override def accept(token: Int): Unit = {
      if (!turns(at).fold(token % 2 == 0)(_ == token)) {
        throw new IllegalArgumentException(s"token $token")
      }
      at += 1
    }
    override def complete(): Boolean = at == turns.size
  }

  /** The same answers, of which the model is asked for every token. */
  class Unforced(grammar: OutputGrammar) extends OutputGrammar {
    override def copy(): OutputGrammar = new Unforced(grammar.copy())
    override def forced(): Array[Int] = Array.empty
    override def allowed(): AllowedTokens = grammar.forced() match {
      case Array()          => grammar.allowed()
      case Array(first, _*) => new AllowedTokens.Only(Array(first))
    }
    override def accept(token: Int): Unit = grammar.accept(token)
    override def complete(): Boolean = grammar.complete()
  }
}
