package org.codeaudit.generate

import org.codeaudit.generate.request.GenerationRequest
import org.codeaudit.generate.Requests._
import org.codeaudit.model.AllowedTokens
import org.scalatest.funsuite.AnyFunSuite

import scala.collection.mutable

/** Tasks with very different rows share one engine, and none of them waits without bound. */
class FairnessSuite extends AnyFunSuite {
  private val tokenizer = new FakeTokenizer

  /** A task's rows: how long their prompts and answers are, and how many it keeps in flight. */
  private case class Task(name: String, prompt: Int, answer: Int, rows: Int, window: Int)

  private val tasks = Seq(
    Task("short", 4, 6, 120, 8),
    Task("reads much", 600, 3, 12, 8),
    Task("writes much", 8, 300, 10, 8),
    Task("forced", 10, 60, 30, 8)
  )

  private def row(task: Task, number: Int): GenerationRequest = {
    val prompt = Seq.tabulate(task.prompt)(n => (n * 31 + number * 7 + task.name.length) % 250)
    val turns = Seq.tabulate(task.answer)(n => Option.when(n % 20 != 0)((n + number) % 250))
    val grammar = Option.when(task.name == "forced")(new TurnGrammar(turns))
    request(s"${task.name} $number", prompt, task.answer, grammar = grammar)
  }

  /** A row from its arrival to its end, in steps. */
  private class Course(val task: Task, val sequence: Sequence, val arrived: Int) {
    var begun = -1
    var ended = -1
    var longestPause = 0
    private var length = 0
    private var since = 0
    def look(step: Int): Unit = if (ended < 0) {
      if (begun < 0 && sequence.running) { begun = step; since = step }
      val now = sequence.furthest + sequence.generated
      if (now > length) { length = now; since = step }
      if (begun >= 0 && sequence.decoding) longestPause = longestPause.max(step - since)
      if (sequence.result.isDone) ended = step
    }
  }

  /** Runs all tasks, each keeping its window full. */
  private def courses(model: FakeLanguageModel, settings: EngineSettings): Seq[Course] = {
    val core = new EngineCore(model, settings, AllowedTokens.ALL)
    val all = mutable.ArrayBuffer.empty[Course]
    var step = 0
    def fill(): Unit = for (task <- tasks) {
      val own = all.filter(_.task == task)
      val asked = math.min(task.rows - own.size, task.window - own.count(_.ended < 0))
      for (number <- 0 until asked) {
        val sequence = new Sequence(row(task, own.size + number), tokenizer, core.limit())
        core.add(sequence)
        all += new Course(task, sequence, step)
      }
    }
    fill()
    while (!core.idle()) {
      core.step()
      step += 1
      all.foreach(_.look(step))
      fill()
      assert(step < 100000, "no end in sight")
    }
    assert(all.size == tasks.map(_.rows).sum)
    all.foreach(_.sequence.result.join())
    all.toSeq
  }

  for (
    (name, settings, cache) <- Seq(
      ("with room for all", new EngineSettings(8, 64, 32), 6000),
      ("with crumbs of prompts", new EngineSettings(8, 12, 32), 6000),
      ("with too little cache", new EngineSettings(8, 64, 8), 1000)
    )
  ) test(s"rows begin in the order in which they came, but for their round, $name") {
    val found = courses(new FakeLanguageModel(cache = cache), settings)
    val round = 2 * settings.maxRunning
    for ((one, place) <- found.zipWithIndex) {
      assert(one.begun >= 0)
      val overtaking = found.drop(place + 1).count(_.begun < one.begun)
      assert(overtaking < round, s"overtook ${one.sequence.key}")
    }

    // What is in front of a row when it comes is at most what all windows hold. Each step gives
    // the oldest at least one token, so the sum of their lengths bounds the wait.
    val inFront = tasks.map(task => task.window * (task.prompt + task.answer)).sum
    found.foreach(course => assert(course.begun - course.arrived <= inFront, course.sequence.key))
  }

  test("every task gets on while the others do: the slowest row of each is bounded") {
    val found = courses(new FakeLanguageModel(cache = 6000), new EngineSettings(8, 64, 32))
    for (task <- tasks) {
      val own = found.filter(_.task == task)
      val steps = own.map(course => course.ended - course.begun)
      // Alone in the batch a row needs so many steps; next to seven others, its share of 64 tokens.
      val alone = math.ceil(task.prompt / 8.0) + task.answer
      assert(steps.max <= 2 * alone + 16, s"${task.name}: $steps")
      // and no task's rows wait longer than one window of the slowest takes
      assert(own.map(course => course.begun - course.arrived).max <= 4 * 400, task.name)
    }
  }

  test("an answer that runs gets a token in each step, however long the prompts that come in") {
    val found = courses(new FakeLanguageModel(cache = 6000), new EngineSettings(8, 256, 32))
    found.foreach(course => assert(course.longestPause <= 1, course.sequence.key))
  }
}
