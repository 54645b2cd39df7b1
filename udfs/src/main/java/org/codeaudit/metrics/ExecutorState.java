package org.codeaudit.metrics;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.codeaudit.generate.EngineReading;

/**
 * The current state of an executor. Zeros where there is no model.
 *
 * @param queued questions that wait for a place in the batch
 * @param running sequences in the batch
 * @param cacheTokens positions of key-value cache
 * @param cacheTokensUsed of them, those reserved by running sequences
 * @param weightBytes memory the model's weights take, mapped or not
 * @param loadNanos how long the model took to load
 * @param processBytes memory of the whole process that is resident; 0 where that is unknown
 */
record ExecutorState(
    int queued,
    int running,
    int cacheTokens,
    int cacheTokensUsed,
    long weightBytes,
    long loadNanos,
    long processBytes)
    implements Serializable {

  private static final Path STATUS = Path.of("/proc/self/status");

  static ExecutorState of(Optional<EngineReading> engine) {
    long process = residentBytes();
    return engine
        .map(
            reading ->
                new ExecutorState(
                    reading.queued(),
                    reading.statistics().running(),
                    reading.model().cacheTokens(),
                    reading.statistics().cacheTokensUsed(),
                    reading.model().weightBytes(),
                    reading.model().loadNanos(),
                    process))
        .orElse(new ExecutorState(0, 0, 0, 0, 0, 0, process));
  }

  /** As the kernel of Linux counts it. */
  private static long residentBytes() {
    if (!Files.isReadable(STATUS)) {
      return 0;
    }
    try (var lines = Files.lines(STATUS)) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .findFirst()
          .map(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
          .orElse(0L);
    } catch (IOException e) {
      return 0;
    }
  }
}
