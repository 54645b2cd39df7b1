package org.codeaudit.bench.measure;

/**
 * The most resident memory of this process from a moment on, above what it had then. The total is
 * the kernel's own high-water mark; its two parts are looked at a hundred times a second.
 */
public final class ResidentMemory implements AutoCloseable {
  private static final long PAUSE_MILLIS = 10;

  /**
   * Bytes of resident memory; 0 where the system does not say.
   *
   * @param anonymous without a file behind it
   * @param file mapped from files
   */
  public record Bytes(long total, long anonymous, long file) {
    private static Bytes now() {
      long anonymous = ProcessFiles.status("RssAnon:");
      long file = ProcessFiles.status("RssFile:");
      return new Bytes(anonymous + file, anonymous, file);
    }

    private Bytes most(Bytes other) {
      return new Bytes(
          Math.max(total, other.total),
          Math.max(anonymous, other.anonymous),
          Math.max(file, other.file));
    }

    private Bytes above(Bytes other) {
      return new Bytes(
          Math.max(0, total - other.total),
          Math.max(0, anonymous - other.anonymous),
          Math.max(0, file - other.file));
    }
  }

  private final Bytes before = Bytes.now();
  private final Thread thread = new Thread(this::look, "resident-memory");
  private volatile Bytes most = before;
  private volatile boolean closed;

  private ResidentMemory() {}

  /** Begins to look; the caller closes it. */
  public static ResidentMemory watch() {
    ProcessFiles.resetPeak();
    ResidentMemory memory = new ResidentMemory();
    memory.thread.setDaemon(true);
    memory.thread.start();
    return memory;
  }

  /** The most so far. */
  public Bytes peak() {
    Bytes seen = most.most(Bytes.now());
    long highest = Math.max(seen.total(), ProcessFiles.status("VmHWM:"));
    return new Bytes(highest, seen.anonymous(), seen.file()).above(before);
  }

  private void look() {
    while (!closed) {
      most = most.most(Bytes.now());
      try {
        Thread.sleep(PAUSE_MILLIS);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
