package org.codeaudit.placement.weight;

/**
 * Bytes that weights take on one device.
 *
 * @param held memory that cannot be taken back
 * @param mapped memory in mapped files, which the system may take back
 * @param working what of both must be in memory for full speed
 */
public record Kept(long held, long mapped, long working) {
  public static final Kept NOTHING = new Kept(0, 0, 0);

  public static Kept held(long bytes) {
    return new Kept(bytes, 0, bytes);
  }

  static Kept mapped(long bytes) {
    return new Kept(0, bytes, bytes);
  }

  public Kept plus(Kept other) {
    return new Kept(held + other.held, mapped + other.mapped, working + other.working);
  }
}
