package org.codeaudit.model;

/** The precision in which weights are kept in memory. */
public enum Precision {
  /** 32-bit floats. */
  F32,
  /** bfloat16 weights; activations in the form that is fast on the device at hand. */
  BF16
}
