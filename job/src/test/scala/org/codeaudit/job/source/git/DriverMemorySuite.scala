package org.codeaudit.job.source.git

import java.util.SplittableRandom

import scala.jdk.CollectionConverters._

import org.apache.spark.util.SizeEstimator
import org.codeaudit.job.source.repository.LocalRepository
import org.codeaudit.job.source.row.{ChangePartition, SourcePlan}
import org.scalatest.funsuite.AnyFunSuite

import org.codeaudit.Long
import org.codeaudit.job.audit.Workload
import org.codeaudit.udf.run.EarlierAnswers

/** What the driver holds of an audit of 10 million rows, measured on the real objects. */
class DriverMemorySuite extends AnyFunSuite {
  private val limits = GitOptions.of(java.util.Map.of("path", "/unused")).limits
  private val random = new SplittableRandom(1)

  private def id(): String =
    f"${random.nextLong()}%016x${random.nextLong()}%016x${random.nextInt()}%08x"

  private def location(repository: Int) = new LocalRepository(
    s"/mirrors/github.example.org/organisation/repository-$repository.git",
    s"organisation/repository-$repository",
    ""
  )

  private def megabytes(measured: AnyRef): Double = SizeEstimator.estimate(measured) / 1e6

  private val rules = CommitRules.OF_PARENTS

  test("the commits behind 10 million rows are planned in less than 300 MB", Long) {
    val partitions = Workload(10000000, 11).rows.length
    val planned = (0 until partitions)
      .grouped(28)
      .zipWithIndex
      .flatMap { case (shares, repository) =>
        val place = location(repository)
        shares.map(_ =>
          new GitPartition.Commits(place, Seq.fill(16)(id()).asJava, rules, false, limits)
        )
      }
      .map { p =>
        val commits = java.util.List.copyOf(p.commits)
        new GitPartition.Commits(p.location, commits, p.rules, p.first, p.limits)
      }
      .toList
    val plan = new SourcePlan(planned.asJava.asInstanceOf[java.util.List[ChangePartition]], 0)
    val size = megabytes(plan)
    info(f"$partitions%,d partitions, ${16 * partitions}%,d commits: $size%.0f MB")
    assert(size < 300)
  }

  test("what a resumed run knows of 10 million rows takes 80 MB, and finds each", Long) {
    def key() = f"${random.nextLong()}%016x" + "0" * 16
    val builder = new EarlierAnswers.Builder
    val asked = Seq.newBuilder[String]
    for (i <- 0 until 10000000) {
      val finished = key()
      builder.finished(finished)
      if (i % 100 == 0) asked += finished
    }
    val earlier = builder.build()
    val size = megabytes(earlier)
    info(f"$size%.1f MB")
    assert(size < 81)
    assert(earlier.size === 10000000)
    assert(asked.result().forall(earlier.finished))
    assert((1 to 100000).count(_ => earlier.finished(key())) === 0)
  }
}
