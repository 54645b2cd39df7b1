package org.codeaudit.web;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import javax.net.ssl.SSLHandshakeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How long failures are tolerated.
 *
 * @param attempts the most attempts in a row without progress
 * @param firstPause after the first failure; doubled after each further one
 * @param longestPause the most to wait, whatever a server asks for
 * @param silence how long a connection may stay silent before it counts as cut
 */
public record Patience(int attempts, Duration firstPause, Duration longestPause, Duration silence) {
  /**
   * Tolerates about two minutes of failures, and waits up to five minutes if a server asks for it.
   */
  public static final Patience DEFAULT =
      new Patience(8, Duration.ofSeconds(1), Duration.ofMinutes(5), Duration.ofSeconds(60));

  private static final Logger LOG = LoggerFactory.getLogger(Patience.class);

  /** A failure that knows whether another attempt may succeed, and when. */
  public interface Temporary {
    boolean temporary();

    /** What the server asked to wait; zero if it did not. */
    Duration pause();
  }

  /** A single attempt at what may not exist, which gives up after this time of silence. */
  public static Patience once(Duration silence) {
    return new Patience(1, Duration.ZERO, Duration.ZERO, silence);
  }

  /** The same with at most this many attempts. */
  public Patience atMost(int fewer) {
    return new Patience(Math.min(attempts, fewer), firstPause, longestPause, silence);
  }

  /** Counts the failures of one thing that is tried. */
  public Trial trial(String what) {
    return new Trial(what);
  }

  /** The failures of one thing so far. */
  public final class Trial {
    private final String what;
    private int failures;

    private Trial(String what) {
      this.what = what;
    }

    /** An attempt made progress before it failed: the count begins again. */
    public void advanced() {
      failures = 0;
    }

    /** Waits before the next attempt; throws the failure if there should be none. */
    public void pause(IOException failure) throws IOException {
      if (++failures >= attempts || !temporary(failure)) {
        throw failure;
      }
      long millis = millis(failure);
      LOG.info("{} failed ({}); trying again in {} ms", what, failure, millis);
      try {
        Thread.sleep(millis);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException(what + " was interrupted");
      }
    }

    private long millis(IOException failure) {
      long doubled = firstPause.toMillis() << Math.min(failures - 1, 20);
      // Machines that failed together should not retry together.
      long jittered = (long) (doubled * ThreadLocalRandom.current().nextDouble(0.75, 1.25));
      long asked = failure instanceof Temporary known ? known.pause().toMillis() : 0;
      return Math.min(Math.max(jittered, asked), longestPause.toMillis());
    }
  }

  private static boolean temporary(IOException failure) {
    if (failure instanceof Temporary known) {
      return known.temporary();
    }
    return !(failure instanceof InterruptedIOException
        || failure instanceof ClosedByInterruptException
        || failure.getCause() instanceof InterruptedException
        || failure instanceof SSLHandshakeException
        || failure instanceof java.io.FileNotFoundException
        || failure instanceof org.apache.hadoop.security.AccessControlException);
  }
}
