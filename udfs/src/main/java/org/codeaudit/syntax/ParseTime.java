package org.codeaudit.syntax;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/**
 * How long the native parser may go on. Code takes about a microsecond for a character; what is no
 * code at all can take a thousand times that, growing with the square of its length. Counted is the
 * processor's time for this thread, so that a busy machine refuses nothing that an idle one reads.
 */
final class ParseTime {
  private static final long BASE_NANOSECONDS = 250_000_000;
  private static final long NANOSECONDS_PER_CHARACTER = 8_000;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final long end;

  private ParseTime(long end) {
    this.end = end;
  }

  /** Begins now, for a text of so many characters. */
  static ParseTime of(int characters) {
    return new ParseTime(now() + BASE_NANOSECONDS + characters * NANOSECONDS_PER_CHARACTER);
  }

  boolean isOver() {
    return now() - end > 0;
  }

  private static long now() {
    return THREADS.isCurrentThreadCpuTimeSupported()
        ? THREADS.getCurrentThreadCpuTime()
        : System.nanoTime();
  }
}
