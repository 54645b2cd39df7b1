package org.codeaudit.generate.answer;

/**
 * When a step ran, and how much it computed.
 *
 * @param began in nanoseconds of {@link System#nanoTime}
 * @param ended likewise
 * @param tokens of all its sequences
 */
public record StepTime(long began, long ended, int tokens) {

  /** How long the step took. */
  public long nanos() {
    return ended - began;
  }

  /** The part of the step's time that one of its tokens stands for. */
  double nanosPerToken() {
    return (double) nanos() / tokens;
  }
}
