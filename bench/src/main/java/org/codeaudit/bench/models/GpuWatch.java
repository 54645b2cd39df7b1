package org.codeaudit.bench.models;

import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What {@code nvidia-smi} says of a GPU while a model runs on it, twice a second, as it says it of
 * all processes on that GPU.
 */
final class GpuWatch implements AutoCloseable {
  private static final long PAUSE_MILLIS = 500;
  private static final long PATIENCE_SECONDS = 10;

  /**
   * What was seen.
   *
   * @param percent mean part of the time in which the GPU was busy; null if unknown
   * @param usedBytes the most memory in use; null if unknown
   * @param freeBytes the least free memory; null if unknown
   * @param reason why something is unknown; null if nothing is
   */
  record Reading(Double percent, Long usedBytes, Long freeBytes, String reason)
      implements Serializable {
    static Reading none(String reason) {
      return new Reading(null, null, null, reason);
    }
  }

  /** One look: {@code utilization.gpu, memory.used, memory.free}, in percent and MiB. */
  private record Look(double percent, long usedBytes, long freeBytes) {}

  private final List<String> command;
  private final List<Look> looks = new ArrayList<>();
  private final Thread thread = new Thread(this::watch, "gpu-watch");
  private volatile boolean closed;
  private volatile String reason;

  private GpuWatch(List<String> command) {
    this.command = command;
  }

  /**
   * Begins to look; the caller closes it.
   *
   * @param device as CUDA counts in this process, e.g. {@code cuda:0}, or {@code cpu}
   */
  static GpuWatch of(String device) {
    if (!device.matches("cuda:\\d+")) {
      GpuWatch nothing = new GpuWatch(List.of());
      nothing.reason =
          device.contains("cuda") ? "the model is on several devices" : "the model is on no GPU";
      return nothing;
    }
    int index = Integer.parseInt(device.substring("cuda:".length()));
    String visible = System.getenv("CUDA_VISIBLE_DEVICES");
    String[] names = visible == null ? new String[0] : visible.strip().split("\\s*,\\s*");
    String name = index < names.length ? names[index] : String.valueOf(index);
    return asking(
        List.of(
            "nvidia-smi",
            "--query-gpu=utilization.gpu,memory.used,memory.free",
            "--format=csv,noheader,nounits",
            "--id=" + name));
  }

  /** As {@link #of}, with a program that prints one such line. */
  static GpuWatch asking(List<String> command) {
    GpuWatch watch = new GpuWatch(command);
    watch.thread.setDaemon(true);
    watch.thread.start();
    return watch;
  }

  /** What was seen so far. */
  synchronized Reading reading() {
    if (looks.isEmpty()) {
      return Reading.none(reason == null ? "the run was over before nvidia-smi answered" : reason);
    }
    return new Reading(
        looks.stream().mapToDouble(Look::percent).average().orElseThrow(),
        looks.stream().mapToLong(Look::usedBytes).max().orElseThrow(),
        looks.stream().mapToLong(Look::freeBytes).min().orElseThrow(),
        null);
  }

  private void watch() {
    try {
      while (!closed && look()) {
        Thread.sleep(PAUSE_MILLIS);
      }
    } catch (IOException e) {
      reason = "nvidia-smi cannot be asked: " + e.getMessage();
    } catch (InterruptedException e) {
      // closed
    }
  }

  /** Looks once; false where there is nothing to see. */
  private boolean look() throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        reason = "nvidia-smi does not answer";
        return false;
      }
      String line =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      String[] cells = line.split("\\s*,\\s*");
      if (cells.length != 3 || !line.matches("[\\d.,\\s]+")) {
        reason = "nvidia-smi says: " + line.lines().findFirst().orElse("nothing");
        return false;
      }
      add(
          new Look(
              Double.parseDouble(cells[0]),
              Long.parseLong(cells[1]) << 20,
              Long.parseLong(cells[2]) << 20));
      return true;
    } finally {
      process.destroyForcibly();
    }
  }

  private synchronized void add(Look look) {
    looks.add(look);
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
