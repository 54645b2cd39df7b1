package org.codeaudit.job.packaged.soak

import org.codeaudit.job.packaged.Tables

/** What came of a soak, as tables on standard output. */
class SoakReport(
    audit: DisturbedAudit,
    tables: Tables,
    inputs: Inputs,
    suspected: Set[String],
    seconds: Int
) {
  def print(): Unit = {
    println(f"SOAK $seconds s, ${audit.all.size} submissions, ${audit.faults.size} faults")
    println(
      f"${"fault"}%-32s ${"times"}%5s ${"tasks lost"}%10s ${"back after, median and longest"}%32s"
    )
    for (kind <- Fault.all; past = audit.faults.filter(_.fault == kind) if past.nonEmpty) {
      val recoveries = past.map(recovery).sorted
      val lost = past.map(lostTasks(_).size).sum
      println(
        f"${kind.name}%-32s ${past.size}%5d $lost%10d ${recoveries(recoveries.size / 2)}%20.1f s ${recoveries.last}%8.1f s"
      )
    }
    println(s"runs that ended for another reason: ${audit.aborted.size}")

    println(f"${"rows"}%-32s ${"inputs"}%7s ${"back as"}%8s  reason")
    for ((input, files) <- inputs.all.groupMap(_._2)(_._1).toSeq.sortBy(-_._2.size))
      println(f"${input.kind}%-32s ${files.size}%7d ${input.status}%8s  ${input.reason}")
    val duplicates = tables.latest.size - tables.answers.size
    println(
      s"rows ${inputs.all.size}, lost ${inputs.all.size - tables.answers.size}, doubled $duplicates, " +
        s"wrongly suspected ${suspected.size}; asked again ${tables.reviews.size - tables.latest.size}"
    )

    println(
      f"${"memory, least of a quarter of life"}%-36s ${"of s"}%7s ${"2nd quarter"}%12s ${"last quarter"}%12s"
    )
    for {
      role <- Seq("driver", "executor")
      life = audit.memory.longest(role)
      (what, of) <- SoakReport.measures
      (before, after) = life.leasts(of)
    } println(
      f"${role + ", " + what}%-36s ${life.seconds}%7d ${before / 1e6}%9.1f MB ${after / 1e6}%9.1f MB"
    )
  }

  private def next(fault: PastFault): Option[PastFault] =
    audit.faults.drop(audit.faults.indexOf(fault) + 1).headOption

  /** Attempts of tasks that ended between this fault and the next. */
  private def lostTasks(fault: PastFault) = audit.all(fault.submission).lost.filter { attempt =>
    attempt.finished >= fault.at && next(fault).forall(attempt.finished < _.at)
  }

  /** Seconds until what a fault has cost was made good. */
  private def recovery(fault: PastFault): Double =
    if (fault.publishedAt > 0) (fault.publishedAt - fault.at) / 1000.0
    else audit.all(fault.submission).secondsToRecover(fault.at, lostTasks(fault))
}

object SoakReport {

  /** What is measured of memory. */
  val measures: Seq[(String, MemorySample => Long)] =
    Seq("resident" -> (_.resident), "heap after collection" -> (_.heap))
}
