package org.codeaudit.job.packaged.soak

import java.nio.file.{Files, Path}

import scala.annotation.tailrec
import scala.collection.mutable
import scala.util.Try

import org.codeaudit.job.packaged.faulty.Faults
import org.codeaudit.job.packaged.{JvmProcess, Ledger, StandaloneCluster, Submission, Tables}

/** An audit that is disturbed by a plan of faults and whose command is given again, as a scheduler
  * would, until every row has come back.
  *
  * @param submit
  *   gives the command
  * @param out
  *   its output folder
  * @param full
  *   while this file exists, the disk of the tables is full
  */
class DisturbedAudit(
    cluster: StandaloneCluster,
    ledger: Ledger,
    plan: FaultPlan,
    rows: Int,
    out: Path,
    full: Path,
    submit: () => Submission
) {
  private val begin = System.nanoTime()
  private val past = mutable.ArrayBuffer.empty[PastFault]
  private val submissions = mutable.ArrayBuffer(submit())
  private var workerIsMissed: Option[(Int, Int)] = None
  private var sampledAt = 0
  private var published = 0 -> 0 // waves, and the second at which the last was seen
  private var pace = 50
  private var pacedAt = 0

  /** Submissions that ended by themselves although no fault was to end them. */
  val aborted: mutable.Buffer[Submission] = mutable.ArrayBuffer.empty
  val memory = new MemoryWatch(out.resolveSibling("memory.csv"))

  def faults: Seq[PastFault] = past.toSeq
  def all: Seq[Submission] = submissions.toSeq

  /** Seconds since it began. */
  def second: Int = ((System.nanoTime() - begin) / 1000000000L).toInt

  /** A file may be renamed while its folder is listed. */
  private def waves: Int =
    JvmProcess.await("the list of waves", 10)(Try(Tables.waves(out)).toOption)

  private def running: Submission = submissions.last

  /** @return the exit code of the submission with which every row had come back */
  @tailrec final def run(): Int = {
    assert(second - published._2 < 1800, "nothing was published for half an hour")
    if (running.driver.alive) {
      if (waves > published._1) published = waves -> second
      bringWorkerBack()
      recoveredByWave()
      keepPace()
      if (second - sampledAt >= plan.seconds / 90) sample()
      if (calm) plan.next(second).foreach(disturb)
      Thread.sleep(500)
      run()
    } else {
      val code = running.exitCode()
      if (code <= 1) code
      else {
        if (!past.lastOption.exists(fault => fault.fault.endsTheRun && fault.endedBy.isEmpty)) {
          assert(code == 3 && aborted.size < 5, running.lastWords)
          aborted += running
        } else {
          past.last.endedBy = Some(code)
          past.last.wavesBefore = waves
        }
        Files.deleteIfExists(full)
        submissions += submit()
        run()
      }
    }
  }

  /** Whether the last fault is over: a wave was published since, and both executors work. */
  private def calm: Boolean =
    past.lastOption.fold(0)(_.wavesBefore) < waves && workerIsMissed.isEmpty &&
      !Seq(Faults.FailedStep, Faults.KilledTask, Faults.SlowExecutor, Faults.OutOfMemory)
        .exists(ledger.waits) &&
      cluster.executors.values.count(executor => ledger.answersOf(executor.pid) > 0) == 2

  private def disturb(planned: PlannedFault): Unit = {
    past += new PastFault(planned.fault, submissions.size - 1, waves)
    planned.fault match {
      case Fault.ExecutorKilled => cluster.executor(planned.gpu).destroyForcibly()
      case Fault.WorkerKilled   =>
        cluster.killWorker(planned.gpu)
        workerIsMissed = Some(planned.gpu -> (second + 15))
      case Fault.OutOfMemory =>
        ledger.want(Faults.OutOfMemory)
        cluster.executor(planned.gpu).destroyForcibly()
      case Fault.StepFailed   => ledger.want(Faults.FailedStep)
      case Fault.TaskKilled   => ledger.want(Faults.KilledTask)
      case Fault.ExecutorSlow => ledger.want(Faults.SlowExecutor)
      case Fault.DriverKilled => running.killDriver()
      case Fault.DiskFull     => Files.createFile(full)
    }
    println(f"SOAK $second%5d s: ${planned.fault.name}, after ${past.last.wavesBefore} waves")
  }

  private def bringWorkerBack(): Unit = workerIsMissed.foreach { case (gpu, due) =>
    if (second >= due) {
      cluster.addWorker(gpu)
      workerIsMissed = None
    }
  }

  /** Of a fault that ended a run: when the next had published something. */
  private def recoveredByWave(): Unit = past.lastOption
    .filter(fault => fault.endedBy.nonEmpty && fault.publishedAt == 0)
    .foreach { fault =>
      if (waves > fault.wavesBefore) fault.publishedAt = System.currentTimeMillis()
    }

  /** The rows are to last as long as the faults, on a fast machine and on a busy one. */
  private def keepPace(): Unit = if (second - pacedAt >= 10) {
    pacedAt = second
    // Of answers that were given again, no more can be ahead than two waves in flight.
    val done = math.min(ledger.answers, (waves + 2) * DisturbedAudit.rowsOfAWave)
    val early = done > rows * (second / (0.95 * plan.seconds))
    pace = if (early) math.min(pace * 5 / 4 + 5, 2000) else pace * 3 / 4
    ledger.setPace(pace)
  }

  private def sample(): Unit = {
    sampledAt = second
    memory.sample(second, "driver", running.driver.pid)
    cluster.executors.foreach { case (_, executor) =>
      memory.sample(second, "executor", executor.pid)
    }
  }
}

object DisturbedAudit {

  /** Inputs in a partition, and in a wave, which has two partitions for each of four slots. */
  val rowsOfATask = 32
  private val rowsOfAWave = 8 * rowsOfATask
}

/** A fault that has come.
  *
  * @param submission
  *   which of the audit it hit
  * @param wavesBefore
  *   waves that were published by then; by its end, if it has ended the run
  */
class PastFault(val fault: Fault, val submission: Int, var wavesBefore: Int) {
  val at: scala.Long = System.currentTimeMillis()

  /** The exit code of the run, if this fault has ended it. */
  var endedBy: Option[Int] = None

  /** When the next run had published a wave; 0 if it has not. */
  var publishedAt: scala.Long = 0
}
