package org.codeaudit.udf.run
import java.util.concurrent.{CountDownLatch, TimeUnit}
import java.util.concurrent.atomic.AtomicInteger

import scala.util.Random

import org.codeaudit.Hashes
import org.scalatest.funsuite.AnyFunSuite

class EarlierAnswersSuite extends AnyFunSuite {
  private def key(random: Random): String = Hashes.key(random.nextLong())

  test("what was finished is found and nothing else, in whatever order it was told") {
    for (count <- Seq(0, 1, 64, 65, 5000)) {
      val random = new Random(count)
      val keys = Seq.fill(count)(key(random))
      val builder = new EarlierAnswers.Builder
      keys.foreach(builder.finished)
      val earlier = builder.build()
      assert(keys.forall(earlier.finished) && earlier.size === count)
      assert(!Seq.fill(1000)(key(random)).exists(earlier.finished))
    }
  }

  test("the next attempt is one more than the highest told") {
    val random = new Random(1)
    val keys = Seq.fill(200)(key(random))
    val builder = new EarlierAnswers.Builder
    for (attempt <- Seq(2, 1); key <- keys) builder.asked(key, attempt)
    val earlier = builder.build()
    assert(keys.forall(earlier.attempt(_) === 3) && !keys.exists(earlier.finished))
    assert(earlier.attempt(key(random)) === 1)
  }

  test("a row alone has the executor to itself, and is not kept waiting by those after it") {
    val turns = new Turns
    val running = new AtomicInteger
    val wrong = new AtomicInteger
    val aloneDone = new CountDownLatch(1)
    turns.enterTogether()
    val alone = new Thread(() => {
      turns.enterAlone()
      if (running.get != 0) wrong.incrementAndGet()
      // before it leaves: those after it may be in before this thread goes on
      aloneDone.countDown()
      turns.leaveAlone()
    })
    alone.start()
    while (alone.getState ne Thread.State.WAITING) Thread.sleep(1)
    val later = (1 to 4).map { _ =>
      val thread = new Thread(() => {
        turns.enterTogether()
        running.incrementAndGet()
        if (aloneDone.getCount != 0) wrong.incrementAndGet()
        running.decrementAndGet()
        turns.leaveTogether()
      })
      thread.start()
      thread
    }
    turns.leaveTogether()
    assert(aloneDone.await(60, TimeUnit.SECONDS))
    later.foreach(_.join(60000))
    assert(later.forall(!_.isAlive) && wrong.get === 0)
  }
}
