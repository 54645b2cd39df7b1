package org.codeaudit.syntax;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/**
 * How long the native parser may run. Code takes about a microsecond per character; text that is
 * not code can take a thousand times that, growing with the square of its length. Processor time of
 * this thread is counted, so that a busy machine refuses nothing that an idle one reads.
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
