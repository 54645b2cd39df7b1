package org.codeaudit.generate

import com.fasterxml.jackson.databind.ObjectMapper
import org.codeaudit.{AuditException, ErrorClass}
import org.codeaudit.generate.grammar.{FindingsGrammar, FindingsLimits}
import org.codeaudit.generate.request.{FinishReason, Generation, GenerationRequest}
import org.codeaudit.generate.Requests._
import org.codeaudit.model.ModelFailure
import org.scalatest.Assertion
import org.scalatest.concurrent.{Eventually, TimeLimits}
import org.scalatest.funsuite.AnyFunSuite
import org.scalatest.time.SpanSugar._

import java.util.List
import java.util.concurrent._

class EngineSuite extends AnyFunSuite with TimeLimits with Eventually {
  implicit override val patienceConfig: PatienceConfig = PatienceConfig(60.seconds, 5.millis)

  private def withEngine(
      model: FakeLanguageModel = new FakeLanguageModel,
      settings: EngineSettings = EngineSettings.DEFAULT
  )(body: Engine => Assertion): Assertion = {
    val tokenizer = new FakeTokenizer
    val engine = new Engine(model, tokenizer, settings)
    try failAfter(3.minutes)(body(engine))
    finally {
      engine.close()
      engine.close()
      assert(model.closed == 1 && tokenizer.closed == 1 && engine.pending() == 0)
    }
  }

  /** Who waits for an answer may have it before the engine has done its accounts. */
  private def settled(engine: Engine): Assertion = eventually {
    assert(engine.pending() == 0)
    assert(engine.statistics().running == 0 && engine.statistics().waiting == 0)
  }

  private def cause(answer: CompletableFuture[Generation]): Throwable =
    intercept[ExecutionException](answer.get(60, TimeUnit.SECONDS)).getCause

  test("rows of many threads share the steps and all come back") {
    val model = new FakeLanguageModel(cache = 700)
    // An engine that is faster than those who ask would never have two rows to run at once.
    val most = new CountDownLatch(100)
    model.beforeStep = _ => most.await()
    withEngine(model, new EngineSettings(8, 64, 8)) { engine =>
      val pool = Executors.newFixedThreadPool(10)
      try {
        val tasks = (0 until 10).map { task =>
          pool.submit { () =>
            (0 until 12).map { i =>
              val prompt = Seq.tabulate(5 + i)(n => (n * 13 + task * 7 + i) % 256)
              val answer = engine.submit(request(s"$task/$i", prompt, most = 30, end = Set(9)))
              most.countDown()
              (prompt, answer)
            }
          }
        }
        val answers = tasks.flatMap(_.get()).map { case (prompt, answer) =>
          (prompt, answer.get(60, TimeUnit.SECONDS))
        }
        answers.foreach { case (prompt, generation) =>
          val expected = Iterator
            .iterate(prompt)(tokens => tokens :+ expectedNext(tokens))
            .drop(generation.tokens.length)
            .next()
          assert(prompt ++ generation.tokens == expected)
        }
        assert(answers.size == 120 && engine.statistics().meanBatchSize > 2)
        assert(model.freeTokens() == 700)
      } finally pool.shutdownNow()
      settled(engine)
    }
  }

  /** As the fake chooses, without its padded rows: ids that mean nothing never come. */
  private def expectedNext(tokens: Seq[Int]): Int = {
    val hash = scala.util.hashing.MurmurHash3.seqHash(tokens)
    val wanted = Math.floorMod(hash, 300)
    if (wanted < 258) wanted else Math.floorMod(hash, 258)
  }

  test("a row that cannot run fails alone and says why") {
    val model = new FakeLanguageModel(context = 50, cache = 40)
    withEngine(model) { engine =>
      val cases = Seq(
        (Seq.fill(50)(1), "PROMPT_TOO_LONG", Seq("row bad", "50 tokens", "context")),
        (Seq.fill(40)(1), "PROMPT_TOO_LONG", Seq("row bad", "40 tokens", "cache")),
        (Seq(1, 300, 2), "TOKEN_UNKNOWN", Seq("row bad", "token 300", "299")),
        (Seq(1, -1, 2), "TOKEN_UNKNOWN", Seq("row bad", "token -1"))
      )
      val good = engine.submit(request("good"))
      for ((prompt, errorClass, words) <- cases) {
        val failure = cause(engine.submit(request("bad", prompt))).asInstanceOf[AuditException]
        assert(failure.errorClass.name == errorClass)
        words.foreach(word => assert(failure.getMessage.toLowerCase.contains(word)))
      }
      assert(engine.submit(request("fits", Seq.fill(39)(1))).get().tokens.length == 1)
      assert(good.get().tokens.length == 20)
      settled(engine)
    }
  }

  test("a failed step fails all that is pending and ends the engine") {
    val cases = Seq(
      new ModelFailure("out of memory", new RuntimeException("device")),
      new IllegalArgumentException("no such handle"),
      new OutOfMemoryError("native")
    )
    for (failure <- cases) {
      val model = new FakeLanguageModel
      val full = new CountDownLatch(1)
      model.beforeStep = _ => {
        full.await()
        throw failure
      }
      withEngine(model, new EngineSettings(2, 512, 8)) { engine =>
        val answers = (0 until 6).map(i => engine.submit(request(s"$i")))
        full.countDown()
        val late = { answers.foreach(cause); engine.submit(request("late")) }
        (answers :+ late).map(cause).foreach { found =>
          assert(found.isInstanceOf[ModelFailure])
          assert((found eq failure) || (found.getCause eq failure))
        }
        assert(engine.ended())
        eventually(assert(engine.pending() == 0))
      }
    }
    succeed
  }

  test("a cancelled row leaves the queue or the batch at the next step") {
    val model = new FakeLanguageModel
    val gate = new Semaphore(0)
    model.beforeStep = _ => gate.acquire()
    withEngine(model, new EngineSettings(1, 512, 8)) { engine =>
      val running = engine.submit(request("running", most = 500))
      val waiting = engine.submit(request("waiting", most = 500))
      val last = engine.submit(request("last", most = 3))
      gate.release(5)
      running.cancel(false)
      waiting.cancel(false)
      gate.release(20)
      assert(last.get(60, TimeUnit.SECONDS).tokens.length == 3)
      assert(model.freeTokens() == 4000 && model.batches.size < 20)
      settled(engine)
    }
  }

  test("closing cancels what is pending and closes the model on its own thread") {
    val model = new FakeLanguageModel
    val stepping = new CountDownLatch(1)
    model.beforeStep = _ => {
      stepping.countDown()
      Thread.sleep(1)
    }
    withEngine(model, new EngineSettings(2, 512, 8)) { engine =>
      val answers = (0 until 5).map(i => engine.submit(request(s"$i", most = 900)))
      stepping.await()
      engine.close()
      answers.foreach(answer => intercept[CancellationException](answer.join()))
      intercept[CancellationException](engine.submit(request("late")).join())
      assert(model.closed == 1)
    }
  }

  test("the model is loaded on the thread that steps it, and a failed load says why") {
    val model = new FakeLanguageModel
    val engine = Engine.load(
      () => {
        model.close(model.open(1)) // The fake now belongs to this thread.
        new LoadedModel(model, new FakeTokenizer)
      },
      EngineSettings.DEFAULT
    )
    try assert(engine.submit(request()).get().tokens.length == 20)
    finally engine.close()
    val reason = new AuditException(ErrorClass.CHAT_INVALID, "what", "why", "fix")
    val failure = intercept[AuditException](Engine.load(() => throw reason, EngineSettings.DEFAULT))
    assert(failure eq reason)
    val checked = intercept[ModelFailure](
      Engine.load(() => throw new java.io.IOException("gone"), EngineSettings.DEFAULT)
    )
    assert(checked.getMessage.contains("gone"))
  }

  test("findings come out whole, or cut where the tokens ran out") {
    val words = Seq("\":\"", "\",\"", "\"},{\"", "\"}]}", "return", "find", "\\n")
    val tokenizer = new FakeTokenizer(words)
    val lines = List.of("return x;", "return y;", "int z = \"1\";")
    def review(i: Int, most: Int): GenerationRequest = {
      val limits = new FindingsLimits(2, 99, 30, 30)
      val grammar = FindingsGrammar
        .create(tokenizer, lines, List.of("bug"), List.of("low", "high"), limits)
      request(s"$i", Seq(i, 2, 3), most, seeded(i), grammar = Some(grammar))
    }
    val model = new FakeLanguageModel(cache = 600)
    val engine = new Engine(model, tokenizer, new EngineSettings(8, 64, 8))
    try
      failAfter(3.minutes) {
        val whole = (0 until 40).map(i => engine.submit(review(i, 500)))
        val cut = (0 until 40).map(i => engine.submit(review(i, 40)))
        val json = new ObjectMapper
        for ((one, other) <- whole.zip(cut)) {
          val (all, part) = (one.get(), other.get())
          assert(json.readTree(all.text).get("findings").size <= 2)
          assert(all.finishReason == FinishReason.COMPLETE)
          assert(all.tokens.startsWith(part.tokens) && part.tokens.length <= 40)
          assert(part.finishReason == FinishReason.LENGTH || part.text == all.text)
        }
        assert(engine.statistics().preemptions > 0 && model.freeTokens() == 600)
        assert(cut.exists(_.get().finishReason == FinishReason.LENGTH))
      }
    finally engine.close()
  }

  test("a thousand short rows leave nothing behind") {
    val model = new FakeLanguageModel(cache = 300)
    withEngine(model, new EngineSettings(8, 32, 4)) { engine =>
      val answers = (0 until 1000).map { i =>
        engine.submit(request(s"$i", Seq.fill(i % 60 + 1)(i % 256)))
      }
      answers.foreach(_.get(60, TimeUnit.SECONDS))
      assert(model.freeTokens() == 300)
      settled(engine)
      assert(engine.statistics().promptTokens == (0 until 1000).map(_ % 60 + 1).sum)
    }
  }
}
