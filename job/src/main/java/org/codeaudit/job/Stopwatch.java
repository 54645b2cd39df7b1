package org.codeaudit.job;

/** Time since it was started. */
record Stopwatch(long beginNanos) {

  static Stopwatch start() {
    return new Stopwatch(System.nanoTime());
  }

  double seconds() {
    return (System.nanoTime() - beginNanos) / 1e9;
  }
}
