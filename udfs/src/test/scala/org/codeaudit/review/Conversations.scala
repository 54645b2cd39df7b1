package org.codeaudit.review

import java.util.concurrent.CompletableFuture
import java.util.{Optional, OptionalDouble, OptionalInt}

import scala.collection.mutable
import scala.jdk.CollectionConverters._

import org.codeaudit.change.Line
import org.codeaudit.check._
import org.codeaudit.checkpoint.config.GenerationDefaults
import org.codeaudit.generate._
import org.codeaudit.generate.request.{FinishReason, Generation, GenerationRequest, Timing}
import org.codeaudit.prompt.UnitLine

/** Models that answer by what they are asked, for the suites of this room. */
object Conversations {
  private val tokenizer = new FakeTokenizer

  /** A model that is never stepped; its prompts are the messages' texts, a line each. */
  def loaded(): LoadedModel = new LoadedModel(
    new FakeLanguageModel,
    tokenizer,
    (messages, _) => tokenizer.encode(messages.asScala.map(_.content).mkString("\n")),
    new GenerationDefaults(
      java.util.List.of(),
      Optional.empty(),
      OptionalDouble.empty(),
      OptionalInt.empty(),
      OptionalDouble.empty(),
      OptionalDouble.empty()
    )
  )

  /** A whole file of these lines, in Java. */
  def code(lines: String*): ReviewedCode = new ReviewedCode(
    Optional.of("java"),
    false,
    lines.zipWithIndex.map { case (text, i) =>
      new ReviewedCode.Shown(new UnitLine(Line.Kind.CONTEXT, text, 0, i + 1, true, ""), text)
    }.asJava
  )

  private val timing = new Timing(1, 10, 100, 5, 7, 20, 3, 2, 1, 4, 2)

  /** The answer to a yes/no question with this score. */
  def scored(score: Double): Generation = {
    val token = (if (score >= 0) 'Y' else 'N').toInt
    val logProbability = (-math.log1p(math.exp(-math.abs(score)))).toFloat
    new Generation(Array(token), Array(logProbability), "", FinishReason.COMPLETE, timing)
  }

  /** The answer to a question whose answer has a form. */
  def said(text: String, reason: FinishReason = FinishReason.COMPLETE): Generation =
    new Generation(tokenizer.encode(text), Array(), text, reason, timing)

  /** What a question is about: `screen`, `locate`, `verdict` or `explain`, with its check. */
  case class Question(kind: String, check: String, prompt: String)

  object Question {
    def of(request: GenerationRequest): Question = {
      val prompt = tokenizer.decode(request.prompt)
      val asked = prompt.substring(prompt.indexOf("```\n\n") + 5)
      val screen = "Does this code have (\\S+)\\? Answer Yes or No\\.".r
      val locate = "(?s)Does this code have (\\S+)\\? It counts if .* Copy the one line .*".r
      val verdict = "(?s)A reviewer reports (.+?) at the line .*".r
      val explain = "(?s)The line `.*` has this defect: (.+?), because .*".r
      val (kind, title) = asked match {
        case screen(check)  => ("screen", check)
        case locate(check)  => ("locate", check)
        case verdict(title) => ("verdict", title)
        case explain(title) => ("explain", title)
      }
      Question(kind, title.replace(' ', '-'), prompt)
    }
  }

  /** Answers at once what its script knows, and takes down what it was asked. */
  class Scripted(script: PartialFunction[Question, Generation]) extends Asker {
    private val taken = mutable.ArrayBuffer.empty[(Question, GenerationRequest)]

    def asked: Seq[(String, String)] =
      synchronized(taken.toSeq).map { case (question, _) => (question.kind, question.check) }

    def prompts(kind: String): Seq[String] =
      synchronized(taken.toSeq).collect { case (q, _) if q.kind == kind => q.prompt }

    def requests: Seq[GenerationRequest] = synchronized(taken.toSeq).map(_._2)

    override def ask(request: GenerationRequest): CompletableFuture[Generation] = {
      val question = Question.of(request)
      synchronized(taken += question -> request)
      answer(question)
    }

    protected def answer(question: Question): CompletableFuture[Generation] =
      if (script.isDefinedAt(question)) CompletableFuture.completedFuture(script(question))
      else throw new AssertionError(s"nobody was to ask $question")
  }

  /** As [[Scripted]], but questions of these kinds stay open until the suite answers them. */
  class Pending(kinds: String*)(script: PartialFunction[Question, Generation])
      extends Scripted(script) {
    val open: mutable.ArrayBuffer[(Question, CompletableFuture[Generation])] =
      mutable.ArrayBuffer.empty

    override protected def answer(question: Question): CompletableFuture[Generation] =
      if (kinds.contains(question.kind)) synchronized {
        val future = new CompletableFuture[Generation]
        open += question -> future
        future
      }
      else super.answer(question)

    def futures: Seq[CompletableFuture[Generation]] = synchronized(open.map(_._2).toSeq)
  }

  object Nobody extends Asker {
    override def ask(request: GenerationRequest): CompletableFuture[Generation] =
      throw new AssertionError("nobody was to be asked")
  }
}
