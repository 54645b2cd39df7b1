package org.codeaudit.job.audit

import java.util.SplittableRandom

import scala.collection.mutable

/** The machines of a run.
  *
  * @param slowShare
  *   part of the executors that are stragglers, at `slowSpeed` of a GPU's speed
  * @param deathHours
  *   mean time to an executor's death; infinite for none
  * @param replaceSeconds
  *   until a dead executor is replaced, before the model is loaded
  * @param driverDies
  *   second at which the driver is killed, to be started again after `replaceSeconds`
  * @param findingsSeconds
  *   of the short task that derives a wave's findings
  * @param publishSeconds
  *   that the driver takes to publish a wave
  */
case class SimulatedCluster(
    executors: Int,
    slots: Int = 4,
    gpu: SimulatedGpu = SimulatedGpu(),
    loadSeconds: Double = 60,
    slowShare: Double = 0.05,
    slowSpeed: Double = 0.7,
    deathHours: Double = Double.PositiveInfinity,
    replaceSeconds: Double = 60,
    driverDies: Option[Double] = None,
    findingsSeconds: Double = 3,
    publishSeconds: Double = 5
)

/** Partitions that are published together. */
final class SimulatedWave(val partitions: Seq[Int]) {
  var left: Int = partitions.size
  var answered = 0L
  var published = false
}

/** What a simulated run came to.
  *
  * @param efficiency
  *   GPU seconds the rows need in full batches, over what the executors had
  * @param busy
  *   seconds with at least one row running, over what the executors had
  * @param lostRows
  *   answers that were thrown away and had to be given again
  */
case class Simulated(
    seconds: Double,
    efficiency: Double,
    busy: Double,
    published: Long,
    lostRows: Long,
    waves: Int,
    deaths: Int
)

/** A run in virtual time. How large waves are and when they begin says the schedule that real runs
  * follow. Waves are Spark jobs, tasks are given to free slots FIFO by job, one to each executor in
  * turn; a publisher has the findings of computed waves derived, by a task in a pool of its own,
  * and publishes one wave after the other.
  */
final class ScheduleSimulation(
    work: Workload,
    cluster: SimulatedCluster,
    schedule: WaveSchedule,
    seed: Long
) {

  /** A Spark job: partitions of a wave, or the short task that follows. */
  private final class Job(val wave: SimulatedWave, val short: Boolean, var unstarted: Int) {
    val again = mutable.ArrayDeque.empty[Int] // partitions to start, those of lost tasks first
    var left: Int = unstarted
    def pending: Boolean = if (short) unstarted > 0 else again.nonEmpty
  }

  private case class Timer(time: Double, order: Long, action: () => Unit)

  private val random = new SplittableRandom(seed)
  private val engines = Array.tabulate(cluster.executors) { i =>
    // Spread evenly, so that small clusters are not all or nothing.
    val slow = ((i + 1) * cluster.slowShare).toInt > (i * cluster.slowShare).toInt
    new SimulatedEngine(
      cluster.gpu,
      cluster.slots,
      if (slow) cluster.slowSpeed else 1,
      work
    )
  }
  private val shorts = new Array[Int](cluster.executors) // short tasks that run, by executor
  private val up = Array.fill(cluster.executors)(false)
  private val lives = new Array[Int](cluster.executors) // to tell a dead executor's timers
  private val due = new Earliest(cluster.executors)
  private val timers =
    mutable.PriorityQueue.empty[Timer](Ordering.by((t: Timer) => (-t.time, -t.order)))
  private val jobs = mutable.ArrayDeque.empty[Job]
  private val slots = cluster.slots * cluster.executors
  private val computing = mutable.Set.empty[SimulatedWave]
  private val computed = mutable.ArrayDeque.empty[SimulatedWave] // the publisher's is the first
  private val unpublished = mutable.ArrayDeque.empty[SimulatedWave]
  private val repeated = mutable.ArrayDeque.empty[Seq[Int]] // waves a dead driver had begun
  private var next = 0
  private var time = 0.0
  private var order = 0L
  private var published = 0L
  private var lost = 0L
  private var deaths = 0
  private var waves = 0
  private var driverLives = 0

  def run(): Simulated = {
    engines.indices.foreach(begin)
    cluster.driverDies.foreach(at => after(at)(driverDies()))
    beginWaves()
    while (published < work.total) {
      if (timers.nonEmpty && timers.head.time <= due.first) {
        val timer = timers.dequeue()
        time = timer.time
        timer.action()
      } else rowEnds()
    }
    val capacity = engines.map(_.speed).sum * time
    Simulated(
      time,
      ScheduleSimulation.seconds(work, cluster.gpu) / capacity,
      engines.map(_.busySeconds).sum / (engines.length * time),
      published,
      lost,
      waves,
      deaths
    )
  }

  private def after(seconds: Double)(action: => Unit): Unit = {
    order += 1
    timers += Timer(time + seconds, order, () => action)
  }

  private def rowEnds(): Unit = {
    time = due.first
    require(time < Double.PositiveInfinity, "nothing runs and rows are missing")
    val executor = due.firstIndex
    val engine = engines(executor)
    val task = engine.due
    engine.end(time)
    due.set(executor, engine.next)
    if (task.answered == task.rows) {
      task.wave.answered += task.rows
      taskEnds(jobs.find(job => job.wave == task.wave && !job.short).get)
      offer(executor)
    }
  }

  private def taskEnds(job: Job): Unit = {
    job.left -= 1
    if (job.left == 0) {
      jobs -= job
      if (!job.short) {
        computing -= job.wave
        computed += job.wave
        if (computed.size == 1) derive()
        beginWaves()
      } else {
        val driver = driverLives
        after(cluster.publishSeconds)(if (driver == driverLives) publish())
      }
    }
  }

  private def derive(): Unit = submit(new Job(computed.head, true, 1))

  private def publish(): Unit = {
    val wave = computed.removeHead()
    published += wave.answered
    wave.published = true
    waves += 1
    unpublished.dropWhileInPlace(_.published)
    if (computed.nonEmpty) derive()
    beginWaves()
  }

  private def beginWaves(): Unit =
    while (
      (repeated.nonEmpty || next < work.rows.length) &&
      !schedule.full(computing.size) && !schedule.behind(unpublished.size)
    ) {
      val partitions = if (repeated.nonEmpty) repeated.removeHead() else nextPartitions()
      val wave = new SimulatedWave(partitions)
      computing += wave
      unpublished += wave
      val job = new Job(wave, false, partitions.size)
      job.again ++= partitions
      submit(job)
    }

  private def nextPartitions(): Seq[Int] = {
    val from = next
    next = math.min(work.rows.length, from + schedule.size(slots))
    from until next
  }

  private def submit(job: Job): Unit = {
    jobs += job
    // One task to each executor in turn, as Spark spreads them.
    val order = engines.indices.toArray
    for (i <- order.indices.reverse) {
      val j = random.nextInt(i + 1)
      val swapped = order(i)
      order(i) = order(j)
      order(j) = swapped
    }
    while (order.map(startOne).exists(identity)) {}
  }

  private def offer(executor: Int): Unit = while (startOne(executor)) {}

  private def startOne(executor: Int): Boolean = {
    val free = up(executor) && shorts(executor) + engines(executor).tasks.count(_ != null) <
      cluster.slots
    // Pools share fairly: the publisher's, which runs least, goes first.
    val job =
      if (free) jobs.find(job => job.short && job.pending).orElse(jobs.find(_.pending)) else None
    job.foreach(start(executor, _))
    job.isDefined
  }

  private def start(executor: Int, job: Job): Unit = if (job.short) {
    job.unstarted -= 1
    shorts(executor) += 1
    val life = lives(executor)
    after(cluster.findingsSeconds) {
      if (life == lives(executor)) {
        shorts(executor) -= 1
        taskEnds(job)
        offer(executor)
      } else if (jobs.contains(job)) {
        job.unstarted += 1 // the executor died: the short task is started again
        engines.indices.find(startOne)
      }
    }
  } else {
    val engine = engines(executor)
    val partition = job.again.removeHead()
    val task = new SimulatedTask(partition, work.rows(partition), job.wave)
    engine.start(time, engine.tasks.indexWhere(_ == null), task)
    due.set(executor, engine.next)
  }

  private def begin(executor: Int): Unit = {
    up(executor) = true
    engines(executor).load(time, cluster.loadSeconds)
    if (cluster.deathHours < Double.PositiveInfinity) {
      val life = lives(executor)
      after(-math.log(1 - random.nextDouble()) * cluster.deathHours * 3600) {
        if (life == lives(executor)) {
          deaths += 1
          dies(executor, cluster.replaceSeconds)
        }
      }
    }
    offer(executor)
  }

  private def dies(executor: Int, seconds: Double): Unit = {
    for (task <- engines(executor).tasks if task != null) {
      lost += task.answered
      jobs
        .find(job => job.wave == task.wave && !job.short)
        .foreach(_.again.prepend(task.partition))
    }
    engines(executor).kill(time)
    due.set(executor, engines(executor).next)
    shorts(executor) = 0
    up(executor) = false
    lives(executor) += 1
    val life = lives(executor)
    after(seconds)(if (life == lives(executor)) begin(executor))
    engines.indices.foreach(offer)
  }

  private def driverDies(): Unit = {
    driverLives += 1
    jobs.clear()
    engines.indices.foreach(dies(_, cluster.replaceSeconds))
    val begun = unpublished.filterNot(_.published)
    lost += begun.map(_.answered).sum
    repeated.prependAll(begun.map(_.partitions))
    computing.clear()
    computed.clear()
    unpublished.clear()
    after(cluster.replaceSeconds)(beginWaves())
  }
}

object ScheduleSimulation {

  /** GPU seconds all rows need in full batches. */
  def seconds(work: Workload, gpu: SimulatedGpu): Double = {
    var sum = 0.0
    for (partition <- work.rows.indices) {
      var row = 0
      while (row < work.rows(partition)) {
        sum += gpu.seconds(work.prompt(partition, row), work.answer(partition, row))
        row += 1
      }
    }
    sum
  }
}

/** The least of many numbers that change one at a time: a tournament. */
final class Earliest(size: Int) {
  private val leaves = Integer.highestOneBit(math.max(1, size - 1)) * 2
  private val tree = Array.fill(2 * leaves)(Double.PositiveInfinity)

  def set(index: Int, value: Double): Unit = {
    var at = leaves + index
    tree(at) = value
    while (at > 1) {
      at /= 2
      tree(at) = math.min(tree(2 * at), tree(2 * at + 1))
    }
  }

  def first: Double = tree(1)

  def firstIndex: Int = {
    var at = 1
    while (at < leaves) at = if (tree(2 * at) == tree(at)) 2 * at else 2 * at + 1
    at - leaves
  }
}
