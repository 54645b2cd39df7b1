package org.codeaudit.generate

import org.codeaudit.{AuditException, ErrorClass}
import org.codeaudit.generate.Requests._
import org.codeaudit.model.{ModelFailure, ModelSettings, Precision}
import org.scalatest.funsuite.AnyFunSuite

import java.util.concurrent._
import java.util.concurrent.atomic.AtomicInteger
import scala.util.Try

class EngineCacheSuite extends AnyFunSuite {
  private val settings = EngineSettings.DEFAULT
  private def named(path: String) = new ModelSettings(path, Precision.F32, 0, 0)
  private def patient = new EngineCache(TimeUnit.MINUTES.toNanos(2))

  private class Loads {
    val count = new AtomicInteger
    val alive = new AtomicInteger
    val mostAlive = new AtomicInteger
    @volatile var models = List.empty[FakeLanguageModel]
    @volatile var tokenizers = List.empty[FakeTokenizer]

    def loader: ModelLoader = (_, _) => {
      count.incrementAndGet()
      mostAlive.accumulateAndGet(alive.incrementAndGet(), (a, b) => math.max(a, b))
      Thread.sleep(50)
      val model = new FakeLanguageModel {
        override def close(): Unit = { super.close(); alive.decrementAndGet() }
      }
      models ::= model
      tokenizers ::= new FakeTokenizer
      new LoadedModel(model, tokenizers.head)
    }
  }

  private def inTenThreads[T](body: Int => T): Seq[Try[T]] = {
    val pool = Executors.newFixedThreadPool(10)
    val start = new CountDownLatch(1)
    try {
      val tasks = (0 until 10).map(i => pool.submit(() => { start.await(); Try(body(i)) }))
      start.countDown()
      tasks.map(_.get(120, TimeUnit.SECONDS))
    } finally pool.shutdownNow()
  }

  test("a model is loaded once under ten threads") {
    val cache = patient
    val loads = new Loads
    val engines = inTenThreads { i =>
      val lease = cache.lease(named("a"), settings, loads.loader)
      try {
        lease.engine.submit(request(s"$i")).get(60, TimeUnit.SECONDS)
        lease.engine
      } finally lease.close()
    }
    assert(engines.map(_.get).distinct.size == 1)
    assert(loads.count.get == 1 && loads.models.head.closed == 0)
    cache.clear()
    assert(loads.models.head.closed == 1 && loads.tokenizers.head.closed == 1)
  }

  test("a failed load fails all who wait with its reason and is tried again") {
    val cache = patient
    val tries = new AtomicInteger
    val callers = ConcurrentHashMap.newKeySet[Thread]()
    def allWait = callers.size == 10 &&
      callers.stream.allMatch(_.getState == Thread.State.WAITING)
    val failing: ModelLoader = (_, _) => {
      tries.incrementAndGet()
      while (!allWait) Thread.sleep(5)
      throw new AuditException(
        ErrorClass.MODEL_NOT_FOUND,
        "Cannot load a",
        "it is not there",
        "Look elsewhere"
      )
    }
    val failures = inTenThreads { _ =>
      callers.add(Thread.currentThread)
      cache.lease(named("a"), settings, failing)
    }
    assert(failures.forall(_.failed.get.getMessage.startsWith("Cannot load a.")))
    assert(tries.get == 1)
    val loads = new Loads
    val lease = cache.lease(named("a"), settings, loads.loader)
    assert(lease.engine.submit(request()).get().tokens.length == 20)
    lease.close()
    cache.clear()
  }

  test("another model waits for the leases of the first, which is closed before it is loaded") {
    val cache = patient
    val loads = new Loads
    val first = cache.lease(named("a"), settings, loads.loader)
    val second = new FutureTask(() => cache.lease(named("b"), settings, loads.loader))
    val waiter = new Thread(second)
    waiter.start()
    intercept[TimeoutException](second.get(200, TimeUnit.MILLISECONDS))
    assert(first.engine.submit(request()).get().tokens.length == 20)
    first.close()
    first.close()
    val lease = second.get(60, TimeUnit.SECONDS)
    assert(loads.count.get == 2 && loads.mostAlive.get == 1)
    assert(lease.engine.submit(request()).get().tokens.length == 20)
    lease.close()
    cache.clear()
    assert(loads.alive.get == 0 && loads.tokenizers.forall(_.closed == 1))
    waiter.join()
  }

  test("other engine settings are another engine, and patience has an end") {
    val cache = new EngineCache(TimeUnit.MILLISECONDS.toNanos(100))
    val loads = new Loads
    val lease = cache.lease(named("a"), settings, loads.loader)
    val failure = intercept[AuditException](
      cache.lease(named("a"), new EngineSettings(2, 64, 8), loads.loader)
    )
    assert(failure.errorClass.name == "MODEL_BUSY" && failure.getMessage.contains("1 tasks"))
    lease.close()
    cache.lease(named("a"), new EngineSettings(2, 64, 8), loads.loader).close()
    assert(loads.count.get == 2)
    cache.clear()
    assert(loads.alive.get == 0)
  }

  test("a dead engine is replaced; its tokenizer lives as long as its leases") {
    val cache = patient
    val loads = new Loads
    val lease = cache.lease(named("a"), settings, loads.loader)
    loads.models.head.beforeStep = _ => throw new ModelFailure("lost device", null)
    val failure = intercept[ExecutionException](lease.engine.submit(request()).get())
    assert(failure.getCause.isInstanceOf[ModelFailure])
    val again = cache.lease(named("a"), settings, loads.loader)
    assert(again.engine.submit(request()).get().tokens.length == 20)
    assert(loads.mostAlive.get == 1 && loads.tokenizers.last.closed == 0)
    lease.close()
    assert(loads.tokenizers.last.closed == 1)
    again.close()
    cache.clear()
    assert(loads.alive.get == 0)
  }

  test("a cache that is cleared while it loads does not wait for the model") {
    val cache = patient
    val begun = new CountDownLatch(1)
    val endless: ModelLoader = (_, _) => {
      begun.countDown()
      Thread.sleep(TimeUnit.MINUTES.toMillis(10))
      fail("nobody interrupted")
    }
    val waiting = new FutureTask(() => Try(cache.lease(named("a"), settings, endless)))
    new Thread(waiting).start()
    begun.await()
    cache.clear()
    assert(waiting.get(60, TimeUnit.SECONDS).isFailure && cache.reading().isEmpty)
    val loads = new Loads
    val lease = cache.lease(named("a"), settings, loads.loader)
    assert(lease.engine.submit(request()).get().tokens.length == 20)
    lease.close()
    cache.clear()
  }

  test("a process that goes down loads nothing for tasks that begin meanwhile") {
    val cache = patient
    val loads = new Loads
    val lease = cache.lease(named("a"), settings, loads.loader)
    val waiting =
      new FutureTask(() => Try(cache.lease(named("b"), settings, (_, _) => fail("loaded again"))))
    val waiter = new Thread(waiting)
    waiter.start()
    while (waiter.getState != Thread.State.TIMED_WAITING) Thread.sleep(1)
    cache.shutDown()
    assert(waiting.get(60, TimeUnit.SECONDS).failed.get.isInstanceOf[ModelFailure])
    intercept[ModelFailure](cache.lease(named("a"), settings, (_, _) => fail("loaded again")))
    lease.close()
    assert(loads.count.get == 1 && loads.alive.get == 0)
  }

  test("a device that is lost in a step closes the model and empties the cache") {
    val cache = patient
    val loads = new Loads
    val lease = cache.lease(named("a"), settings, loads.loader)
    loads.models.head.beforeStep = _ => throw new ModelFailure("CUDA error: device lost", null)
    val failure = intercept[ExecutionException](lease.engine.submit(request()).get())
    assert(failure.getCause.getMessage.contains("device lost"))
    lease.close()
    while (loads.alive.get > 0) Thread.sleep(5)
    assert(cache.reading().isEmpty && loads.models.head.closed == 1)
    cache.clear()
  }

  test("an interrupted wait leaves the engine to the others") {
    val cache = patient
    val loads = new Loads
    val gone = new CountDownLatch(1)
    val slow: ModelLoader = (model, engine) => {
      gone.await()
      loads.loader.load(model, engine)
    }
    val interrupted =
      new FutureTask(() => intercept[InterruptedException](cache.lease(named("a"), settings, slow)))
    val waiter = new Thread(interrupted)
    waiter.start()
    while (waiter.getState != Thread.State.WAITING) Thread.sleep(1)
    waiter.interrupt()
    interrupted.get(60, TimeUnit.SECONDS)
    gone.countDown()
    val lease = cache.lease(named("a"), settings, loads.loader)
    assert(lease.engine.submit(request()).get().tokens.length == 20 && loads.count.get == 1)
    lease.close()
    cache.clear()
  }
}
