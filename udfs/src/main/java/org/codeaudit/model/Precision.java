package org.codeaudit.model;

import java.util.Locale;

/** The precision in which weights are kept in memory. */
public enum Precision {
  /** 32-bit floats. */
  F32,
  /** bfloat16 weights; activations in the form that is fast on the device at hand. */
  BF16;

  /** As it is written on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
