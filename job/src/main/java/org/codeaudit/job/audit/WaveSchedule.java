package org.codeaudit.job.audit;

/**
 * How a run is cut into waves, and when the next of them begins. It does not depend on Spark, so
 * that the tests' simulation of large clusters uses the same rules as a run.
 *
 * @param wavePartitions input partitions in a wave; 0 to follow the number of task slots
 * @param inFlight waves whose rows are asked at once
 */
record WaveSchedule(int wavePartitions, int inFlight) {
  private static final int IN_FLIGHT = 2;

  /** Computed waves must not pile up behind a publisher that is slow or has failed. */
  private static final int MOST_COMPUTED = 2;

  /** The schedule of a run. */
  static WaveSchedule of(int wavePartitions) {
    return new WaveSchedule(wavePartitions, IN_FLIGHT);
  }

  /**
   * Partitions of a wave that begins now. With more slots, the largest partition of a wave tends to
   * be larger and the others would wait longer for it; with few slots, small waves lose less when
   * the driver dies. docs/scale.md has the simulation.
   *
   * @param slots tasks that run at once
   */
  int size(int slots) {
    return wavePartitions > 0 ? wavePartitions : slots * (slots <= 16 ? 2 : slots <= 128 ? 4 : 8);
  }

  /** Whether this many waves are enough to keep all slots busy. */
  boolean full(int computing) {
    return computing >= inFlight;
  }

  /**
   * Whether the oldest wave is to be published before another begins.
   *
   * @param unpublished waves that have begun, minus the oldest ones that are published
   */
  boolean behind(int unpublished) {
    return unpublished > inFlight + MOST_COMPUTED;
  }
}
