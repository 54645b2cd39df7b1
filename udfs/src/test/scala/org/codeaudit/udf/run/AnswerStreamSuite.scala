package org.codeaudit.udf.run

import java.util.concurrent.{CompletableFuture, CopyOnWriteArrayList}

import scala.jdk.CollectionConverters._
import org.apache.spark.sql.{Row, RowFactory}
import org.scalatest.funsuite.AnyFunSuite

import org.codeaudit.{AuditException, ErrorClass}
import org.codeaudit.generate.request.{FinishReason, Generation, NotStarted, Timing}
import org.codeaudit.model.ModelFailure
import org.codeaudit.udf.run.AnswerStream.Work

class AnswerStreamSuite extends AnyFunSuite {
  private val timing = new Timing(0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 1)

  private def generation(text: String) =
    new Generation(Array(1), Array(0f), text, FinishReason.STOP, timing)

  private def row(text: String): Row = RowFactory.create(text)

  private def asked(answer: CompletableFuture[Generation]): Work =
    new Work.Asked[Generation](
      answer,
      generation => row(generation.text),
      failure => row("failed: " + failure.getMessage)
    )

  private def texts(work: Iterator[Work], window: Int = 4): List[String] =
    new AnswerStream(work.asJava, window).asScala.map(_.getString(0)).toList

  private def done(text: String): Work =
    asked(CompletableFuture.completedFuture(generation(text)))

  test("rows come in the order of the questions, whatever the order of the answers") {
    val answers = Seq.fill(40)(new CompletableFuture[Generation]())
    val work = answers.iterator.map(asked)
    val rows = new Thread(() =>
      answers.indices.reverse.foreach { i =>
        // the last first, as far as they have been asked
        answers(i).complete(generation(s"$i"))
      }
    )
    rows.start()
    assert(texts(work, window = 40) === answers.indices.map(_.toString).toList)
  }

  test("rows of every kind come back exactly once and in order") {
    val random = new scala.util.Random(7)
    val pool = java.util.concurrent.Executors.newFixedThreadPool(3)
    try {
      val work = Iterator.tabulate(500) { i =>
        i % 5 match {
          case 0    => new Work.Ready(row(s"$i skipped"))
          case 1    => done(s"$i at once")
          case kind =>
            val answer = new CompletableFuture[Generation]()
            val pause = random.nextInt(3)
            pool.execute { () =>
              Thread.sleep(pause)
              if (kind == 2)
                answer.completeExceptionally(
                  new AuditException(ErrorClass.CHAT_INVALID, "a", "b", "c")
                )
              else answer.complete(generation(s"$i answered"))
            }
            asked(answer)
        }
      }
      val came = texts(work, window = 16)
      assert(came.size === 500)
      for ((text, i) <- came.zipWithIndex) {
        val expected = i % 5 match {
          case 0 => s"$i skipped"
          case 1 => s"$i at once"
          case 2 => "failed: a. b. c."
          case _ => s"$i answered"
        }
        assert(text === expected)
      }
    } finally pool.shutdown()
  }

  test("no more questions are in flight than the window holds") {
    val answers = new CopyOnWriteArrayList[CompletableFuture[Generation]]()
    val work = Iterator.continually {
      assert(answers.asScala.count(!_.isDone) < 3)
      val answer = new CompletableFuture[Generation]()
      answers.add(answer)
      asked(answer)
    }
    val stream = new AnswerStream(work.asJava, 3)
    for (i <- 0 until 50) {
      // whoever waits for a row is given one of the three that are open
      val helper = new Thread(() => {
        while (answers.size <= i) Thread.onSpinWait()
        answers.get(i).complete(generation(s"$i"))
      })
      helper.start()
      assert(stream.next().getString(0) === s"$i")
      helper.join()
    }
  }

  test("with a window of one nothing is asked before the last row was taken") {
    var askedSoFar = 0
    val work = Iterator.tabulate(6) { i =>
      askedSoFar += 1
      if (i % 3 == 2) new Work.Ready(row(s"$i")) else done(s"$i")
    }
    val stream = new AnswerStream(work.asJava, 1)
    for (i <- 0 until 6) {
      assert(stream.next().getString(0) === s"$i")
      assert(askedSoFar === i + 1)
    }
    assert(!stream.hasNext)
  }

  test("a slow answer keeps nobody from being asked, until too many rows wait for it") {
    val slow = new CompletableFuture[Generation]()
    var askedSoFar = 0
    val work = Iterator.single(asked(slow)) ++ Iterator.continually {
      askedSoFar += 1
      if (askedSoFar == 500) slow.complete(generation("slow"))
      if (askedSoFar % 3 == 0) new Work.Ready(row(s"$askedSoFar")) else done(s"$askedSoFar")
    }
    val stream = new AnswerStream(work.asJava, 4)
    assert(stream.next().getString(0) === "slow")
    for (i <- 1 to 600) assert(stream.next().getString(0) === s"$i")

    val stuck = new CompletableFuture[Generation]()
    var behind = 0
    val endless = Iterator.single(asked(stuck)) ++ Iterator.continually {
      behind += 1
      done(s"$behind")
    }
    val held = new AnswerStream(endless.asJava, 4, () => (), 10)
    val reader = new Thread(() => held.next())
    reader.start()
    while (reader.getState != Thread.State.TIMED_WAITING) Thread.sleep(1)
    // ten rows are held, and three are in flight beside the slow one at most
    assert(behind >= 10 && behind <= 13)
    stuck.complete(generation("stuck"))
    reader.join()
    for (i <- 1 to 100) assert(held.next().getString(0) === s"$i")
  }

  test("a question that fails by itself gives a failed row and the others come back") {
    val bad = new CompletableFuture[Generation]()
    bad.completeExceptionally(new AuditException(ErrorClass.PROMPT_TOO_LONG, "a", "b", "c"))
    val good = CompletableFuture.completedFuture(generation("good"))
    assert(texts(Iterator(asked(bad), asked(good))) === List("failed: a. b. c.", "good"))
  }

  test("a grammar that fails over one row gives a failed row and the others come back") {
    val bad = new CompletableFuture[Generation]()
    bad.completeExceptionally(new IllegalStateException("the grammar allows no token"))
    val good = CompletableFuture.completedFuture(generation("good"))
    val expected = List("failed: the grammar allows no token", "good")
    assert(texts(Iterator(asked(bad), asked(good))) === expected)
  }

  test("an answer no row can be made of gives a failed row") {
    val work = new Work.Asked[Generation](
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
