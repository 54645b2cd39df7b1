package org.codeaudit.model;

import java.util.Locale;

/** How keys and values are stored. */
public enum CacheType {
  /** In the type in which the device computes attention. */
  AUTO,
  /** 8-bit integers with a scale for each position and head. */
  INT8;

  /** Bytes of a scale. */
  private static final int SCALE = 4;

  /**
   * Bytes of one head's key, or value, of one position.
   *
   * @param size numbers of a head
   * @param width bytes of a number in the type of attention
   */
  public long bytes(int size, int width) {
    return this == INT8 ? size + SCALE : (long) size * width;
  }

  /** With a precision, what determines results: {@code bf16}, or {@code bf16+kv-int8}. */
  public String with(Precision precision) {
    return this == AUTO ? precision.toString() : precision + "+kv-" + this;
  }

  /** As it is written on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
