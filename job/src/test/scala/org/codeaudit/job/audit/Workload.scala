package org.codeaudit.job.audit

import java.util.SplittableRandom

import org.apache.commons.math3.distribution.NormalDistribution

/** Partitions of rows that are asked, sized as those of many repositories are.
  *
  * Rows of a commit are lognormal with median 2 and log deviation 1.5 (5,000 commits of JGit: log
  * mean 1.1 and log deviation 1.4 in files, about half of which are code), commits of a repository
  * lognormal with median 60 and log deviation 2; a partition has at most 16 commits of one
  * repository.
  */
final class Workload private (val rows: Array[Int]) {
  import Workload._

  val total: Long = rows.foldLeft(0L)(_ + _)

  /** Tokens of the prompt and of the answer of a row; the same whenever it is asked. */
  def prompt(partition: Int, row: Int): Int = PROMPTS(bits(partition, row) & MASK)
  def answer(partition: Int, row: Int): Int = ANSWERS((bits(partition, row) >>> BITS) & MASK)

  private def bits(partition: Int, row: Int): Int = {
    var z = (partition.toLong << 32 | row) * 0x9e3779b97f4a7c15L
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL
    (z >>> 33).toInt
  }
}

object Workload {
  private val BITS = 10
  private val MASK = (1 << BITS) - 1
  private val COMMITS = 16

  /** Code of up to 1,500 tokens below a prompt of 350, and answers of up to 512 tokens. */
  private val PROMPTS = lognormal(500, 0.8).map(tokens => 350 + math.min(1500, tokens))
  private val ANSWERS = lognormal(110, 0.6).map(math.min(512, _))

  /** The middles of 1,024 equally likely parts of a lognormal distribution, at least 1 each. */
  private def lognormal(median: Double, deviation: Double): Array[Int] = {
    val normal = new NormalDistribution(0, 1)
    Array.tabulate(MASK + 1) { i =>
      val z = normal.inverseCumulativeProbability((i + 0.5) / (MASK + 1))
      math.max(1, (median * math.exp(deviation * z)).round.toInt)
    }
  }

  /** At least so many rows; `largest` cuts partitions that would have more rows. */
  def apply(total: Long, seed: Long, largest: Int = Int.MaxValue): Workload = {
    val random = new SplittableRandom(seed)
    val partitions = Array.newBuilder[Int]
    var made = 0L
    while (made < total) {
      var commits = drawn(random, 60, 2)
      while (commits > 0 && made < total) {
        var rows = Iterator.fill(math.min(COMMITS, commits))(drawn(random, 2, 1.5)).sum
        made += rows
        while (rows > 0) {
          partitions += math.min(rows, largest)
          rows -= largest
        }
        commits -= COMMITS
      }
    }
    new Workload(partitions.result())
  }

  private def drawn(random: SplittableRandom, median: Double, deviation: Double): Int = {
    // Box and Muller.
    val z = math.sqrt(-2 * math.log(1 - random.nextDouble())) *
      math.cos(2 * math.Pi * random.nextDouble())
    math.max(1, (median * math.exp(deviation * z)).round.toInt)
  }
}
