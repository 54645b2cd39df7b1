package org.codeaudit.job.audit

import org.scalatest.funsuite.AnyFunSuite

import org.codeaudit.Long

class ScheduleSimulationSuite extends AnyFunSuite {
  private def run(
      work: Workload,
      cluster: SimulatedCluster,
      schedule: Schedule = Schedule(),
      seed: Int = 1
  ): Simulated = new ScheduleSimulation(work, cluster, schedule, seed).run()

  private lazy val small = Workload(50000, 7)
  private val calm = SimulatedCluster(executors = 2, slowShare = 0, loadSeconds = 0)

  test("one executor with much work is nearly as fast as its GPU can be, and never faster") {
    val result = run(small, calm.copy(executors = 1), Schedule(findingsSeconds = 0))
    assert(result.efficiency > 0.97 && result.efficiency <= 1)
    assert(result.seconds >= ScheduleSimulation.seconds(small, calm.gpu))
  }

  test("a GPU that answers one row at a time takes the sum of its rows") {
    val gpu = SimulatedGpu(batch = 1)
    val one = calm.copy(executors = 1, slots = 1, gpu = gpu)
    val free = Schedule(findingsSeconds = 0, publishSeconds = 0, wavePartitions = 1000000)
    val few = Workload(2000, 3)
    val expected = ScheduleSimulation.seconds(few, gpu)
    assert(math.abs(run(few, one, free).seconds - expected) < 1e-6 * expected)
  }

  test("every row is published once, whoever dies") {
    for (
      cluster <- Seq(
        calm,
        calm.copy(executors = 8, deathHours = 0.2),
        calm.copy(executors = 8, slowShare = 0.5, deathHours = 0.5, driverDies = Some(300)),
        calm.copy(executors = 3, driverDies = Some(1))
      );
      schedule <- Seq(Schedule(), Schedule(1, 1), Schedule(4, 3))
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

  private def line(name: String, result: Simulated): Unit = info(
    f"| $name%-44s | ${result.seconds / 3600}%8.2f | ${100 * result.efficiency}%5.1f | " +
      f"${100 * result.busy}%5.1f | ${result.waves}%5d | ${result.deaths}%3d | ${result.lostRows}%8d |"
  )

  test("10 million rows keep 1 to 256 executors at work", Long) {
    val sizes = organisation.rows.sorted
    info(
      f"${organisation.total}%,d rows in ${sizes.length}%,d partitions of ${sizes(sizes.length / 2)}" +
        f" (median), ${sizes(sizes.length * 99 / 100)} (99 %%) and ${sizes.last} (largest)"
    )
    for (executors <- Seq(1, 4, 16, 64, 256)) {
      val result = run(organisation, SimulatedCluster(executors))
      line(s"$executors executors", result)
      assert(result.efficiency >= 0.9, s"$executors executors")
    }
  }

  test("small waves leave a large cluster waiting for their largest partitions", Long) {
    def efficiency(work: Workload, wave: Int, inFlight: Int, name: String = ""): Double = {
      val result = run(work, SimulatedCluster(256), Schedule(wave, inFlight))
      line(s"waves of $wave x slots, $inFlight in flight$name", result)
      result.efficiency
    }
    val all = for (wave <- Seq(2, 4, 8, 16); inFlight <- Seq(1, 2, 3)) yield {
      (wave, inFlight) -> efficiency(organisation, wave, inFlight)
    }
    for (wave <- Seq(2, 4, 8)) {
      assert(all.toMap.apply((wave, 2)) > all.toMap.apply((wave, 1)))
      assert(all.toMap.apply((2 * wave, 2)) > all.toMap.apply((wave, 2)))
    }
    val cut = Workload(10000000, 11, largest = 128)
    for (wave <- Seq(2, 4))
      assert(efficiency(cut, wave, 2, ", 128 rows at most") > all.toMap.apply((wave, 2)))
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
      val schedule = Schedule(wavePartitions = wave)
      val dies = cluster.copy(driverDies = Some(calm.seconds / 2))
      val result = run(part, dies, schedule)
      line(s"driver dies at half time, waves of $wave x slots", result)
      assert(result.lostRows > 0 && result.lostRows < 2L * wave * 4 * 64 * 150)
    }
  }
}
