package org.codeaudit.web;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * A stream that fails when one read waits too long: the JDK's HTTP client has no time limit once
 * the headers have come.
 */
final class SilenceGuard extends FilterInputStream {
  private static final ScheduledExecutorService WATCH =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "code-audit-silence-guard");
            thread.setDaemon(true);
            return thread;
          });
  private static final long NOT_READING = Long.MIN_VALUE;

  private final Duration silence;
  private final ScheduledFuture<?> watch;
  private volatile long readingSince = NOT_READING;
  private volatile boolean silent;

  SilenceGuard(InputStream in, Duration silence) {
    super(in);
    this.silence = silence;
    long period = Math.max(1, silence.toMillis() / 4);
    this.watch = WATCH.scheduleAtFixedRate(this::check, period, period, TimeUnit.MILLISECONDS);
  }

  private void check() {
    long since = readingSince;
    if (since == NOT_READING || System.nanoTime() - since < silence.toNanos()) {
      return;
    }
    silent = true;
    try {
      in.close(); // wakes the reader with an exception
    } catch (IOException e) {
      // The reader sees a closed stream all the same.
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    readingSince = System.nanoTime();
    try {
      int read = in.read(bytes, offset, length);
      if (read < 0 && silent) {
        throw new IOException("closed");
      }
      return read;
    } catch (IOException e) {
      throw silent
          ? new IOException("the connection was silent for " + silence.toSeconds() + " s", e)
          : e;
    } finally {
      readingSince = NOT_READING;
    }
  }

  @Override
  public long skip(long count) throws IOException {
    byte[] thrown = new byte[(int) Math.min(count, 1 << 16)];
    return count <= 0 ? 0 : Math.max(0, read(thrown, 0, thrown.length));
  }

  @Override
  public void close() throws IOException {
    watch.cancel(false);
    super.close();
  }
}
