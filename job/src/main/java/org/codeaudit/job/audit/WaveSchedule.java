package org.codeaudit.job.audit;

/**
 * How a run is cut into waves, and when the next of them begins. It knows nothing of Spark, so that
 * the simulation of large clusters among the tests decides by the same rules as a run.
 *
 * @param wavePartitions input partitions in a wave; 0 for some for each task slot
 * @param inFlight waves whose rows are asked at once
 */
record WaveSchedule(int wavePartitions, int inFlight) {
  private static final int IN_FLIGHT = 2;

  /** What is computed must not pile up before a publisher that is slow or has failed. */
  private static final int MOST_COMPUTED = 2;

  /** That of a run. */
  static WaveSchedule of(int wavePartitions) {
    return new WaveSchedule(wavePartitions, IN_FLIGHT);
  }

  /**
   * Partitions of a wave that begins now. The more slots, the larger the largest partition of a
   * wave and the longer the others would wait for it; on few, small waves lose less when the driver
   * dies. docs/scale.md has the simulation.
   *
   * @param slots tasks that run at once
   */
  int size(int slots) {
    return wavePartitions > 0 ? wavePartitions : slots * (slots <= 16 ? 2 : slots <= 128 ? 4 : 8);
  }

  /** Whether the rows of so many waves are enough to keep all slots at work. */
  boolean full(int computing) {
    return computing >= inFlight;
  }

  /**
   * Whether the oldest wave is to be published before another begins.
   *
   * @param unpublished waves that have begun, less the oldest ones if they are published
   */
  boolean behind(int unpublished) {
    return unpublished > inFlight + MOST_COMPUTED;
  }
}
