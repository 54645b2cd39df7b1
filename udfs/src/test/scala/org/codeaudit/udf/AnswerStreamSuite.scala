package org.codeaudit.udf

import java.util.concurrent.CompletableFuture

import scala.jdk.CollectionConverters._

import org.apache.spark.sql.{Row, RowFactory}
import org.scalatest.funsuite.AnyFunSuite

import org.codeaudit.AuditException
import org.codeaudit.generate.{FinishReason, Generation, NotStarted, Timing}
import org.codeaudit.model.ModelFailure
import org.codeaudit.udf.AnswerStream.Work

class AnswerStreamSuite extends AnyFunSuite {
  private val timing = new Timing(0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 1)

  private def generation(text: String) =
    new Generation(Array(1), Array(0f), text, FinishReason.STOP, timing)

  private def row(text: String): Row = RowFactory.create(text)

  private def asked(answer: CompletableFuture[Generation]): Work =
    new Work.Asked(
      answer,
      generation => row(generation.text),
      failure => row("failed: " + failure.getMessage)
    )

  private def texts(work: Iterator[Work], window: Int = 4): List[String] =
    new AnswerStream(work.asJava, window).asScala.map(_.getString(0)).toList

  test("rows come as they finish, whatever the order of the questions") {
    val slow = new CompletableFuture[Generation]()
    val fast = CompletableFuture.completedFuture(generation("fast"))
    val last = new CompletableFuture[Generation]()
    val stream = new AnswerStream(Iterator(asked(slow), asked(fast), asked(last)).asJava, 4)
    assert(stream.next().getString(0) === "fast")
    last.complete(generation("last"))
    assert(stream.next().getString(0) === "last")
    slow.complete(generation("slow"))
    assert(stream.next().getString(0) === "slow")
    assert(!stream.hasNext)
  }

  test("no more questions are asked than the window holds") {
    var askedSoFar = 0
    val work = Iterator.continually {
      askedSoFar += 1
      asked(CompletableFuture.completedFuture(generation(s"answer $askedSoFar")))
    }
    val stream = new AnswerStream(work.asJava, 3)
    stream.next()
    assert(askedSoFar === 3)
    stream.next()
    assert(askedSoFar === 4)
  }

  test("a row that needs no model does not wait for those that do") {
    val never = new CompletableFuture[Generation]()
    val stream =
      new AnswerStream(Iterator(asked(never), new Work.Ready(row("skipped"))).asJava, 4)
    assert(stream.next().getString(0) === "skipped")
  }

  test("a question that fails by itself gives a failed row and the others come back") {
    val bad = new CompletableFuture[Generation]()
    bad.completeExceptionally(new AuditException("TOO_LONG", "a", "b", "c"))
    val good = CompletableFuture.completedFuture(generation("good"))
    assert(texts(Iterator(asked(bad), asked(good))).toSet === Set("failed: a. b. c.", "good"))
  }

  test("a grammar that fails over one row gives a failed row and the others come back") {
    val bad = new CompletableFuture[Generation]()
    bad.completeExceptionally(new IllegalStateException("the grammar allows no token"))
    val good = CompletableFuture.completedFuture(generation("good"))
    val expected = Set("failed: the grammar allows no token", "good")
    assert(texts(Iterator(asked(bad), asked(good))).toSet === expected)
  }

  test("an answer no row can be made of gives a failed row") {
    val work = new Work.Asked(
      CompletableFuture.completedFuture(generation("x")),
      _ => throw new IllegalStateException("unreadable"),
      failure => row(failure.getMessage)
    )
    assert(texts(Iterator(work)) === List("unreadable"))
  }

  test("a dead model fails the task, with its reason") {
    val dead = new CompletableFuture[Generation]()
    dead.completeExceptionally(new ModelFailure("out of memory", null))
    val failure = intercept[IllegalStateException](texts(Iterator(asked(dead))))
    assert(failure.getMessage.contains("out of memory"))
  }

  test("a question withdrawn because the engine closes fails the task") {
    val withdrawn = new CompletableFuture[Generation]()
    withdrawn.cancel(true)
    intercept[IllegalStateException](texts(Iterator(asked(withdrawn))))
  }

  test("a question that was not started gives no row, and those who wait look now and then") {
    val withdrawn = new CompletableFuture[Generation]()
    val slow = new CompletableFuture[Generation]()
    var looks = 0
    def look(): Unit = {
      looks += 1
      if (looks == 1) withdrawn.completeExceptionally(new NotStarted("row"))
      if (looks == 2) slow.complete(generation("slow"))
    }
    val stream = new AnswerStream(Iterator(asked(withdrawn), asked(slow)).asJava, 4, () => look())
    assert(stream.asScala.map(_.getString(0)).toList === List("slow"))
    assert(looks === 2)
  }

  test("no work gives no rows") {
    assert(texts(Iterator.empty) === Nil)
  }
}
