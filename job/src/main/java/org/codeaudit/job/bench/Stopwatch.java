package org.codeaudit.job.bench;

/** Runs from when it is made. */
final class Stopwatch {
  private final long started = System.nanoTime();

  double seconds() {
    return (System.nanoTime() - started) / 1e9;
  }
}
