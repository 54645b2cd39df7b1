package org.codeaudit.job.audit
import java.nio.file.{Files, Path}

import scala.jdk.CollectionConverters._

import org.scalatest.funsuite.AnyFunSuite

import org.codeaudit.Long

/** The schedule of runs, on clusters that no test has; docs/scale.md has what the long tests find.
  */
class ScheduleSimulationSuite extends AnyFunSuite {
  private val ofRuns = WaveSchedule.of(0)

  private def run(
      work: Workload,
      cluster: SimulatedCluster,
      schedule: WaveSchedule = ofRuns,
      seed: Int = 1
  ): Simulated = new ScheduleSimulation(work, cluster, schedule, seed).run()

  private lazy val small = Workload(50000, 7)
  private val calm = SimulatedCluster(executors = 2, slowShare = 0, loadSeconds = 0)

  test("one executor with much work is nearly as fast as its GPU can be, and never faster") {
    val result = run(small, calm.copy(executors = 1, findingsSeconds = 0))
    assert(result.efficiency > 0.97 && result.efficiency <= 1)
    assert(result.seconds >= ScheduleSimulation.seconds(small, calm.gpu))
  }

  test("a GPU that answers one row at a time takes the sum of its rows") {
    val gpu = SimulatedGpu(batch = 1)
    val one = calm.copy(1, slots = 1, gpu = gpu, findingsSeconds = 0, publishSeconds = 0)
    val few = Workload(2000, 3)
    val expected = ScheduleSimulation.seconds(few, gpu)
    assert(math.abs(run(few, one, WaveSchedule.of(1000000)).seconds - expected) < 1e-6 * expected)
  }

  test("every row is published once, whoever dies") {
    for (
      cluster <- Seq(
        calm,
        calm.copy(executors = 8, deathHours = 0.2),
        calm.copy(executors = 8, slowShare = 0.5, deathHours = 0.5, driverDies = Some(300)),
        calm.copy(executors = 3, driverDies = Some(1))
      );
      schedule <- Seq(ofRuns, new WaveSchedule(8, 1), new WaveSchedule(100, 3))
    ) {
      val result = run(small, cluster, schedule)
      assert(result.published === small.total, s"$cluster $schedule")
    }
  }

  test("the same seed gives the same run") {
    val cluster = calm.copy(executors = 8, deathHours = 0.3, slowShare = 0.2)
    assert(run(small, cluster) === run(small, cluster))
    assert(run(small, cluster) !== run(small, cluster, seed = 2))
  }

  test("deaths cost time and answers, and more of them cost more") {
    val costs = Seq(Double.PositiveInfinity, 1.0, 0.2)
      .map(hours => run(small, calm.copy(executors = 8, deathHours = hours)))
    assert(costs.map(_.lostRows).head === 0)
    assert(costs.map(_.lostRows) === costs.map(_.lostRows).sorted)
    assert(costs.last.seconds > costs.head.seconds)
  }

  private lazy val organisation = Workload(10000000, 11)

  /** The numbers of a row of the tables in docs/scale.md. */
  private def documented(first: String): Seq[Double] = {
    val root = Path.of(System.getProperty("codeaudit.root"))
    val lines = Files.readAllLines(root.resolve("docs/scale.md")).asScala
    val row = lines.filter(_.replace("*", "").startsWith(s"| $first |"))
    assert(row.size === 1, first)
    row.head.split('|').drop(2).map(_.filter(c => c.isDigit || c == '.').toDouble).toSeq
  }

  /** Whether a number is as the page has it; another machine may round otherwise. */
  private def as(written: Double, found: Double): Boolean =
    math.abs(written - found) <= 0.01 * found

  private def line(name: String, result: Simulated): Unit = info(
    f"| $name%-44s | ${result.seconds / 3600}%8.2f | ${100 * result.efficiency}%5.1f | " +
      f"${100 * result.busy}%5.1f | ${result.waves}%5d | ${result.deaths}%3d | ${result.lostRows}%8d |"
  )

  test("the waves of a run of 10 million rows keep 1 to 256 executors at work", Long) {
    val sizes = organisation.rows.sorted
    info(
      f"${organisation.total}%,d rows in ${sizes.length}%,d partitions of ${sizes(sizes.length / 2)}" +
        f" (median), ${sizes(sizes.length * 99 / 100)} (99 %%) and ${sizes.last} (largest)"
    )
    val results = for (executors <- Seq(1, 4, 16, 64, 256)) yield {
      val cluster = SimulatedCluster(executors)
      val chosen = run(organisation, cluster)
      line(s"$executors executors", chosen)
      val small = run(organisation, cluster, WaveSchedule.of(2 * cluster.slots * executors))
      line(s"$executors executors, waves of 2 x slots", small)
      (executors, chosen, small)
    }
    for ((executors, chosen, small) <- results) {
      assert(chosen.efficiency >= 0.9, executors)
      val Seq(size, waves, hours, efficiency, ofSmall) = documented(s"$executors")
      assert(size === ofRuns.size(4 * executors) && waves === chosen.waves)
      assert(as(hours, chosen.seconds / 3600) && as(efficiency, 100 * chosen.efficiency))
      assert(as(ofSmall, 100 * small.efficiency), executors)
    }
  }

  test("small waves leave a large cluster waiting for their largest partitions", Long) {
    val cluster = SimulatedCluster(256)
    def efficiency(wave: Int, inFlight: Int, work: Workload = organisation): Double = {
      val schedule = new WaveSchedule(wave * cluster.slots * cluster.executors, inFlight)
      val result = run(work, cluster, schedule)
      val largest = work.rows.max
      line(s"waves of $wave x slots, $inFlight in flight, of $largest rows at most", result)
      result.efficiency
    }
    val waves = Seq(1, 2, 4, 8)
    val all = for (wave <- waves; inFlight <- Seq(1, 2, 3)) yield {
      (wave, inFlight) -> efficiency(wave, inFlight)
    }
    val found = all.toMap
    for (wave <- waves) {
      val row = documented(s"$wave × slots")
      assert(
        row.zip(1 to 3).forall { case (percent, n) =>
          math.abs(percent - 100 * found((wave, n))) < 1
        },
        wave
      )
      assert(found((wave, 2)) > found((wave, 1)))
    }
    for (wave <- waves.init) assert(found((2 * wave, 2)) > found((wave, 2)))
    val cut = Workload(10000000, 11, largest = 128)
    for (wave <- Seq(2, 4)) assert(efficiency(wave, 2, cut) > found((wave, 2)))
  }

  test("what is lost when an executor or the driver dies is bounded by what is in flight", Long) {
    val cluster = SimulatedCluster(64)
    val part = Workload(2500000, 11)
    val calm = run(part, cluster)
    line("64 executors, 2.5 million rows", calm)
    for (hours <- Seq(30.0, 10.0, 2.0)) {
      val result = run(part, cluster.copy(deathHours = hours))
      line(f"an executor dies every $hours%.0f h of its life", result)
      // Never more than the four partitions it had; a partition has a hundred rows on average.
      assert(result.deaths > 0 && result.lostRows < result.deaths * 4 * 300)
      assert(result.seconds < calm.seconds * (1 + 2 / hours))
    }
    for (wave <- Seq(2, 4, 8)) {
      val slots = cluster.slots * cluster.executors
      val dies = cluster.copy(driverDies = Some(calm.seconds / 2))
      val result = run(part, dies, WaveSchedule.of(wave * slots))
      line(s"driver dies at half time, waves of $wave x slots", result)
      // Those whose rows are asked, and one that is being published.
      assert(result.lostRows > 0 && result.lostRows < 3L * wave * slots * 150)
    }
  }
}
