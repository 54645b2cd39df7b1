package org.codeaudit.job.console;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/** Tokens a second over the last minute. */
final class TokenRate {
  private static final long WINDOW_NANOS = TimeUnit.MINUTES.toNanos(1);

  private record Moment(long nanos, long tokens) {}

  private final Deque<Moment> window = new ArrayDeque<>();

  /**
   * @param nanos when nothing had come back yet
   */
  TokenRate(long nanos) {
    window.add(new Moment(nanos, 0));
  }

  /**
   * Records a count.
   *
   * @return tokens per second since the window began; 0 while it is empty
   */
  double at(long nanos, long tokens) {
    while (window.size() > 1 && nanos - window.getFirst().nanos() > WINDOW_NANOS) {
      window.removeFirst();
    }
    window.addLast(new Moment(nanos, tokens));
    Moment from = window.getFirst();
    // A task that failed takes its tokens with it.
    long more = Math.max(0, tokens - from.tokens());
    return nanos == from.nanos() ? 0 : more * 1e9 / (nanos - from.nanos());
  }
}
