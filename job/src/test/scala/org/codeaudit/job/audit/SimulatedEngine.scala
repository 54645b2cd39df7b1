package org.codeaudit.job.audit

/** What a GPU with a model does, in virtual time.
  *
  * @param batch
  *   sequences that run at once
  * @param prefillRate
  *   tokens of prompts a second
  * @param stepSeconds
  *   of a step that reads the weights, whatever the batch
  * @param sequenceSeconds
  *   that each sequence adds to a step
  */
case class SimulatedGpu(
    batch: Int = 64,
    prefillRate: Double = 10000,
    stepSeconds: Double = 0.015,
    sequenceSeconds: Double = 0.00015
) {
  def step(running: Int): Double = stepSeconds + running * sequenceSeconds

  /** Seconds a row takes of a GPU whose batch is full: less is not possible. */
  def seconds(prompt: Int, answer: Int): Double =
    prompt / prefillRate + answer * step(batch) / batch
}

/** One partition that an engine works on. */
final class SimulatedTask(val partition: Int, val rows: Int, val wave: SimulatedWave) {
  var asked = 0
  var answered = 0
}

/** The engine of one executor: all rows that run advance together, a token a step; prompts are read
  * between. Rows of its tasks join in turn, as long as the batch has room, which is what a task's
  * bounded window of questions comes to as long as it is larger than the batch.
  *
  * @param speed
  *   1 for what the GPU should do; stragglers do less
  */
final class SimulatedEngine(gpu: SimulatedGpu, slots: Int, val speed: Double, work: Workload) {
  val tasks = new Array[SimulatedTask](slots)
  var busySeconds = 0.0
  private var now = 0.0
  private var steps = 0.0 // made so far: a row of n tokens ends n steps after it joined
  private var debt = 0.0 // seconds of loading and of prompts before the next step
  private var turn = 0
  private val ends = new Array[Double](gpu.batch) // a binary heap with the first end on top
  private val owners = new Array[Int](gpu.batch)
  private var running = 0

  /** When the next row ends, if nothing joins. */
  def next: Double =
    if (running == 0) Double.PositiveInfinity
    else now + debt + (ends(0) - steps) * gpu.step(running) / speed

  /** A model is loaded, from now on. */
  def load(time: Double, seconds: Double): Unit = {
    advance(time)
    debt += seconds
  }

  def start(time: Double, slot: Int, task: SimulatedTask): Unit = {
    advance(time)
    tasks(slot) = task
    fill()
  }

  /** The task of the row that ends next. */
  def due: SimulatedTask = tasks(owners(0))

  /** Ends the row that is due, and its task if that was the last of it. */
  def end(time: Double): Unit = {
    advance(time)
    val slot = owners(0)
    removeFirst()
    val task = tasks(slot)
    task.answered += 1
    if (task.answered == task.rows) tasks(slot) = null
    fill()
  }

  /** Everything in it is lost. */
  def kill(time: Double): Unit = {
    advance(time)
    running = 0
    debt = 0
    java.util.Arrays.fill(tasks.asInstanceOf[Array[AnyRef]], null)
  }

  private def advance(time: Double): Unit = {
    val elapsed = time - now
    val paid = math.min(debt, elapsed)
    if (running > 0) {
      busySeconds += elapsed
      steps += (elapsed - paid) * speed / gpu.step(running)
    }
    debt -= paid
    now = time
  }

  private def fill(): Unit = {
    var idle = 0
    while (running < gpu.batch && idle < tasks.length) {
      val task = tasks(turn)
      if (task != null && task.asked < task.rows) {
        debt += work.prompt(task.partition, task.asked) / gpu.prefillRate / speed
        add(steps + work.answer(task.partition, task.asked), turn)
        task.asked += 1
        idle = 0
      } else idle += 1
      turn = (turn + 1) % tasks.length
    }
  }

  private def add(end: Double, owner: Int): Unit = {
    var at = running
    running += 1
    while (at > 0 && ends((at - 1) / 2) > end) {
      ends(at) = ends((at - 1) / 2)
      owners(at) = owners((at - 1) / 2)
      at = (at - 1) / 2
    }
    ends(at) = end
    owners(at) = owner
  }

  private def removeFirst(): Unit = {
    running -= 1
    val (end, owner) = (ends(running), owners(running))
    var at = 0
    var child = 1
    while (child < running) {
      if (child + 1 < running && ends(child + 1) < ends(child)) child += 1
      if (ends(child) < end) {
        ends(at) = ends(child)
        owners(at) = owners(child)
        at = child
        child = 2 * at + 1
      } else child = running
    }
    ends(at) = end
    owners(at) = owner
  }
}
