package org.codeaudit.fetch;

import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says in the log how far a model has come, every ten seconds. */
final class FetchProgress {
  private static final Logger LOG = LoggerFactory.getLogger(FetchProgress.class);
  private static final long PERIOD = TimeUnit.SECONDS.toNanos(10);

  private final ModelReference reference;
  private final Path folder;
  private final long total;
  private final long there;
  private final AtomicLong arrived;
  private final AtomicLong saidAt = new AtomicLong(System.nanoTime());

  /**
   * @param total bytes to have in the end
   * @param there bytes of them that an earlier download has left
   */
  FetchProgress(ModelReference reference, Path folder, int files, long total, long there) {
    this.reference = reference;
    this.folder = folder;
    this.total = total;
    this.there = there;
    this.arrived = new AtomicLong(there);
    LOG.info(
        "Fetching {}: {} files, {} ({} of it is here) into {}",
        reference,
        files,
        megabytes(total),
        megabytes(there),
        folder);
  }

  void arrived(long bytes) {
    long now = arrived.addAndGet(bytes);
    long last = saidAt.get();
    if (System.nanoTime() - last > PERIOD && saidAt.compareAndSet(last, System.nanoTime())) {
      LOG.info("Fetching {}: {} of {}", reference, megabytes(now), megabytes(total));
    }
  }

  void finished(long nanos) {
    LOG.info(
        "Fetched {}: {} in {} s, verified, in {}",
        reference,
        megabytes(arrived.get() - there),
        String.format(Locale.ROOT, "%.1f", nanos / 1e9),
        folder);
  }

  private static String megabytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
  }
}
