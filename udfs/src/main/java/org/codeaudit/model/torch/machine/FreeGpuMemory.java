package org.codeaudit.model.torch.machine;

import ai.djl.engine.EngineException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.codeaudit.model.Device;
import org.codeaudit.model.DeviceChoice.Sight;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The free memory of GPUs, as {@code nvidia-smi} lists it. If the list does not tell which of its
 * lines is a device (MIG instances, or different GPUs, which CUDA counts in its own order), or if
 * there is no list, the free memory is found by trying to allocate it.
 *
 * @param lines of the list
 * @param visible {@code CUDA_VISIBLE_DEVICES}
 * @param ordered whether CUDA counts devices as the list does
 */
record FreeGpuMemory(List<Line> lines, Optional<List<String>> visible, boolean ordered) {
  private static final Logger LOG = LoggerFactory.getLogger(FreeGpuMemory.class);

  /** How exactly memory is found by trying, in bytes. */
  private static final long GRAIN = 1L << 27;

  /** More than any GPU has. */
  private static final long MOST = 1L << 40;

  /**
   * A GPU of the list.
   *
   * @param uuid {@code GPU-…}
   * @param name of the product
   * @param free bytes; empty for a GPU without memory of its own
   */
  record Line(String uuid, String name, OptionalLong free) {}

  static FreeGpuMemory ask(Sight sight) {
    List<Line> lines = new ArrayList<>();
    try {
      Process process =
          new ProcessBuilder(
                  "nvidia-smi",
                  "--query-gpu=uuid,name,memory.free",
                  "--format=csv,noheader,nounits")
              .redirectErrorStream(true)
              .start();
      // a driver that hangs must not keep the load waiting: once the program is killed, its output
      // ends
      process
          .onExit()
          .orTimeout(1, TimeUnit.MINUTES)
          .exceptionally(
              late -> {
                process.destroyForcibly();
                return process;
              });
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor(1, TimeUnit.MINUTES) && process.exitValue() == 0) {
        lines.addAll(lines(text));
      }
    } catch (IOException e) {
      LOG.info("nvidia-smi cannot be asked for free memory: {}", e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    boolean ordered = "PCI_BUS_ID".equals(System.getenv("CUDA_DEVICE_ORDER"));
    return new FreeGpuMemory(
        lines, sight.visible().map(list -> List.of(list.strip().split("\\s*,\\s*"))), ordered);
  }

  /** The lines of a list; none if it is anything else. */
  static List<Line> lines(String text) {
    List<Line> lines = new ArrayList<>();
    for (String line : text.strip().split("\\R")) {
      String[] cells = line.strip().split("\\s*,\\s*");
      if (cells.length != 3 || !cells[0].startsWith("GPU-")) {
        return List.of();
      }
      OptionalLong free =
          cells[2].matches("\\d+")
              ? OptionalLong.of(Long.parseLong(cells[2]) << 20)
              : OptionalLong.empty();
      lines.add(new Line(cells[0], cells[1], free));
    }
    return lines;
  }

  /** Whether GPUs use the processor's memory. */
  boolean shared() {
    return lines.stream().anyMatch(line -> line.free().isEmpty());
  }

  /**
   * Bytes of a device that nobody uses.
   *
   * @param memory bytes that are free for the processor, which a GPU without its own memory shares
   */
  long bytes(Device device, long memory) {
    int index = device.gpu().orElseThrow();
    OptionalInt line = line(index);
    if (line.isEmpty()) {
      return tried(device);
    }
    return lines.get(line.getAsInt()).free().orElse(memory);
  }

  /** The line of a device of this process; empty if the list does not tell. */
  OptionalInt line(int index) {
    String name =
        visible
            .filter(list -> index < list.size())
            .map(list -> list.get(index))
            .orElse(visible.isPresent() ? "" : String.valueOf(index));
    for (int i = 0; i < lines.size(); i++) {
      boolean named = name.startsWith("GPU-") && lines.get(i).uuid().startsWith(name);
      boolean counted = name.equals(String.valueOf(i)) && (ordered || alike());
      if (named || counted) {
        return OptionalInt.of(i);
      }
    }
    return OptionalInt.empty();
  }

  /** Whether all GPUs are alike: CUDA puts faster ones first and keeps the order of equals. */
  private boolean alike() {
    return lines.stream().map(Line::name).distinct().count() == 1;
  }

  private static long tried(Device device) {
    try (ProbeProgram program = ProbeProgram.ofMemory()) {
      long low = 0;
      long high = MOST;
      while (high - low > GRAIN) {
        long middle = low + (high - low) / 2;
        if (fits(program, device, middle)) {
          low = middle;
        } else {
          high = middle;
        }
      }
      return low;
    }
  }

  private static boolean fits(ProbeProgram program, Device device, long bytes) {
    try {
      program.take(device.toString(), bytes);
      return true;
    } catch (EngineException e) {
      if (String.valueOf(e.getMessage()).contains("out of memory")) {
        return false;
      }
      throw e;
    }
  }
}
