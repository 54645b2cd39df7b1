package org.codeaudit.bench.measure;

/** Runs from when it is made. */
public final class Stopwatch {
  private final long started = System.nanoTime();

  public double seconds() {
    return (System.nanoTime() - started) / 1e9;
  }
}
