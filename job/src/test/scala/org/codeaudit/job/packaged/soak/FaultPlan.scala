package org.codeaudit.job.packaged.soak

import scala.util.Random

/** A kind of fault.
  *
  * @param endsTheRun
  *   whether the command has to be given again
  */
sealed abstract class Fault(val name: String, val endsTheRun: Boolean = false)

object Fault {
  case object ExecutorKilled extends Fault("executor killed")
  case object WorkerKilled extends Fault("worker killed and brought back")
  case object OutOfMemory extends Fault("out of memory while loading")
  case object StepFailed extends Fault("step failed")
  case object TaskKilled extends Fault("task killed")
  case object ExecutorSlow extends Fault("executor slow for 30 s")
  case object DriverKilled extends Fault("driver killed", endsTheRun = true)
  case object DiskFull extends Fault("disk full", endsTheRun = true)

  val all: Seq[Fault] = Seq(
    ExecutorKilled,
    WorkerKilled,
    OutOfMemory,
    StepFailed,
    TaskKilled,
    ExecutorSlow,
    DriverKilled,
    DiskFull
  )
}

/** @param gpu
  *   whose executor or worker it is to hit
  */
case class PlannedFault(fault: Fault, gpu: Int)

/** Which fault comes when. The soak is rough at first and at the end; in the two thirds between the
  * driver and the executor on GPU 1 are spared what would end them, so that one can see whether
  * their memory grows.
  */
class FaultPlan(seed: Long, val seconds: Int) {
  private val random = new Random(seed)
  private val spared = seconds / 4 until seconds * 11 / 12
  private val everything = deck(Fault.all)
  private val harmless = deck(Fault.all.filterNot(_.endsTheRun))
  private var due = pause(0)

  /** The fault that comes now, if one is due at this second. */
  def next(second: Int): Option[PlannedFault] = Option.when(second >= due && second < seconds) {
    due = second + pause(second)
    if (spared.contains(second)) PlannedFault(harmless.next(), 0)
    else PlannedFault(everything.next(), random.nextInt(2))
  }

  /** Every kind comes before one comes again. */
  private def deck(kinds: Seq[Fault]): Iterator[Fault] =
    Iterator.continually(random.shuffle(kinds)).flatten

  private def pause(second: Int): Int = {
    val mean = seconds / (if (spared.contains(second)) 40 else 60)
    mean / 2 + random.nextInt(mean + 1)
  }
}
