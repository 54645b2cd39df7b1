package org.codeaudit.generate
import java.util.concurrent.{
  Callable,
  CancellationException,
  CompletionException,
  CountDownLatch,
  TimeUnit
}
import java.util.concurrent.atomic.AtomicBoolean
import java.util.function.BooleanSupplier
import org.codeaudit.generate.request.{GenerationRequest, NotStarted, OutputGrammar}
import org.codeaudit.generate.Requests._
import org.codeaudit.{Long, ResidentMemory}
import org.codeaudit.model.{LanguageModel, Precision}
import org.codeaudit.model.torch.Golden
import org.scalatest.concurrent.Eventually
import org.scalatest.funsuite.AnyFunSuite
import org.scalatest.time.SpanSugar._

import scala.util.Try

/** After whatever happened, an engine holds what it held before. */
class EngineFloorSuite extends AnyFunSuite with Eventually with ResidentMemory {
  import Golden._
  implicit override val patienceConfig: PatienceConfig = PatienceConfig(60.seconds, 5.millis)

  private val name = "qwen3-tiny"
  private val texts = prompts(name).map(_.ids.toSeq).filter(_.length >= 8)
  private val instructions = texts.flatten.take(80)

  private def row(i: Int, most: Int = 30): GenerationRequest = {
    val turns = Seq.tabulate(most)(n => Option.when(n % 7 < 3)((n + i) % 250))
    val grammar = Option.when(i % 3 == 0)(new TurnGrammar(turns))
    request(
      s"$i",
      instructions ++ texts(i % texts.length).take(5 + i % 40),
      most,
      grammar = grammar
    )
  }

  private class Failing(from: Int = 0) extends TurnGrammar(Seq.fill(30)(None), from) {
    private var accepted = from
    override def accept(token: Int): Unit = {
      if (accepted == 9) throw new IllegalStateException("broken")
      accepted += 1
      super.accept(token)
    }
    override def copy(): OutputGrammar = new Failing(accepted)
  }

  private def withEngine[T](cache: Int)(use: (Engine, LanguageModel) => T): T = {
    var model: LanguageModel = null
    val loader: Callable[LoadedModel] = () => {
      model = Golden.load(name, Precision.F32, cache)
      new LoadedModel(model, new FakeTokenizer(Seq.fill(1500)("x")))
    }
    val engine = Engine.load(loader, new EngineSettings(8, 64, 16))
    try use(engine, model)
    finally engine.close()
  }

  /** Lets nothing start, but not before that is known: however fast the engine is. */
  private def stillOpen(closed: CountDownLatch): BooleanSupplier = () => {
    closed.await()
    false
  }

  private def settled(engine: Engine): Unit = eventually {
    val now = engine.statistics()
    assert(engine.pending() == 0 && now.running == 0 && now.waiting == 0)
    assert(now.cacheTokensUsed == 0)
  }

  test("a task that is killed takes its rows along; the others' answers are the same") {
    def others = (0 until 12).map(row(_)) // grammars are used up
    val alone = withEngine(4000) { (engine, _) =>
      others.map(one => engine.submit(one).get(60, TimeUnit.SECONDS).tokens.toSeq)
    }
    for (cache <- Seq(4000, 700)) withEngine(cache) { (engine, model) =>
      val killed = (100 until 112).map(i => engine.submit(row(i, most = 400)))
      val kept = others.map(engine.submit)
      eventually(assert(engine.statistics().chosenTokens > 20))
      // As the end of a task does; a row may have its answer already.
      killed.filter(_.cancel(true)).foreach(one => intercept[CancellationException](one.join()))
      assert(kept.map(_.get(60, TimeUnit.SECONDS).tokens.toSeq) == alone)
      settled(engine)
      assert(model.freeTokens >= cache * 3 / 4)
    }
  }

  test("rows that end, fail, are cancelled, withdrawn or displaced leave no cache behind") {
    withEngine(400) { (engine, model) =>
      for (round <- 0 until 3) {
        val closed = new CountDownLatch(1)
        val good = (0 until 20).map(i => engine.submit(row(i)))
        val broken = (0 until 6).map(i =>
          engine.submit(request("broken", instructions ++ Seq(i), 30, grammar = Some(new Failing)))
        )
        val cancelled = (0 until 6).map(i => engine.submit(row(i, most = 300)))
        val withdrawn = (0 until 6).map(i => engine.submit(row(i), stillOpen(closed)))
        closed.countDown()
        cancelled.take(3).foreach(_.cancel(true))
        good.foreach(_.get(60, TimeUnit.SECONDS))
        cancelled.foreach(_.cancel(true))
        broken.foreach { one =>
          val failure = intercept[CompletionException](one.join()).getCause
          assert(failure.isInstanceOf[IllegalStateException])
        }
        val reasons = withdrawn.map(one => Try(one.join()).failed.get.getCause)
        assert(reasons.forall(_.isInstanceOf[NotStarted]), round)
        settled(engine)
        // what is left are prefixes, for rows to come
        assert(model.freeTokens >= 300, s"round $round")
      }
      assert(engine.statistics().preemptions > 0)
    }
  }

  test("a row that has begun is finished though nothing new may start") {
    withEngine(4000) { (engine, _) =>
      val open = new AtomicBoolean(true)
      val submitted = new CountDownLatch(1)
      val running = (0 until 8).map { i =>
        engine.submit(
          row(i, most = 200),
          () => {
            submitted.await()
            open.get
          }
        )
      }
      submitted.countDown()
      eventually(assert(engine.statistics().peakRunning == 8))
      val closed = new CountDownLatch(1)
      val waiting = (0 until 8).map(i => engine.submit(row(i), stillOpen(closed)))
      open.set(false)
      closed.countDown()
      assert(running.forall(_.get(60, TimeUnit.SECONDS).tokens.length > 0))
      waiting.foreach(one =>
        assert(intercept[CompletionException](one.join()).getCause.isInstanceOf[NotStarted])
      )
      settled(engine)
    }
  }

  test("thousands of rows leave no memory behind", Long) {
    withEngine(3000) { (engine, model) =>
      def rows(count: Int): Unit = {
        for (some <- (0 until count).grouped(50)) {
          val asked = some.map(i => engine.submit(row(i)))
          asked.filter(_.hashCode % 9 == 0).foreach(_.cancel(true))
          asked.foreach(one => Try(one.get(60, TimeUnit.SECONDS)))
        }
        settled(engine)
        assert(model.freeTokens >= 3000 * 3 / 4)
      }
      rows(500)
      val grown = leastGrowth("2000 rows after 500", 20000)(rows(2000))
      assert(grown < 20000)
    }
  }
}
