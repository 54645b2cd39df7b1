package org.codeaudit.job.source

import java.util.{Arrays, SplittableRandom}

import scala.jdk.CollectionConverters._

import org.apache.spark.util.SizeEstimator
import org.scalatest.funsuite.AnyFunSuite

import org.codeaudit.Long
import org.codeaudit.job.audit.Workload

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

  test("the commits behind 10 million rows are planned in less than 300 MB", Long) {
    val partitions = Workload(10000000, 11).rows.length
    val planned = (0 until partitions)
      .grouped(28)
      .zipWithIndex
      .flatMap { case (shares, repository) =>
        val place = location(repository)
        shares.map(_ => new GitPartition.Commits(place, Seq.fill(16)(id()).asJava, limits))
      }
      .map(p => new GitPartition.Commits(p.location, java.util.List.copyOf(p.commits), p.limits))
      .toList
    val plan = new SourcePlan(planned.asJava.asInstanceOf[java.util.List[ChangePartition]], 0)
    val size = megabytes(plan)
    info(f"$partitions%,d partitions, ${16 * partitions}%,d commits: $size%.0f MB")
    assert(size < 300)
  }

  test("a sorted array finds any of 10 million row keys in 80 MB", Long) {
    val keys = Array.fill(10000000)(random.nextLong())
    val asked = keys.take(1000000)
    Arrays.sort(keys)
    val begin = System.nanoTime()
    assert(asked.forall(key => Arrays.binarySearch(keys, key) >= 0))
    val nanos = (System.nanoTime() - begin) / asked.length
    assert((1 to 100000).count(_ => Arrays.binarySearch(keys, random.nextLong()) >= 0) === 0)
    info(f"${megabytes(keys)}%.0f MB, $nanos ns a look-up")
    assert(megabytes(keys) < 81)
  }
}
