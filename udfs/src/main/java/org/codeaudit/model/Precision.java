package org.codeaudit.model;

import java.util.Locale;

/**
 * The precision in which weights are kept in memory. Norms, biases, routers and other small tensors
 * are 32-bit floats in all of them. Matrices that a checkpoint already holds quantised (GPTQ,
 * AutoRound, bitsandbytes) stay as they are, but for {@link #F32}, which dequantises them. GGUF's
 * blocks of integers (Q4_0, Q4_1, Q8_0) stay where integers or codes are asked for.
 */
public enum Precision {
  /** 32-bit floats: the reference. */
  F32,
  /** bfloat16 weights; activations in the form that is fast on the device at hand. */
  BF16,
  /** float16 weights; matrices beyond its range are kept as 32-bit floats. */
  F16,
  /** 8-bit integers with a scale for each output channel. */
  INT8,
  /** 4-bit integers with a scale and a zero for each group of 128 inputs. */
  INT4,
  /** 4-bit codes of normally distributed numbers with a scale for each block of 64. */
  NF4;

  /** Whether weights are integers or codes with scales. */
  public boolean coded() {
    return this == INT8 || this == INT4 || this == NF4;
  }

  /** As it is written on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
