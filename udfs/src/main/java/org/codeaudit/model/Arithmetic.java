package org.codeaudit.model;

import java.util.Locale;

/**
 * How precisely a processor multiplies weights that have fewer than 32 bits. GPUs multiply plain
 * weights in their own type, whatever this says.
 */
public enum Arithmetic {
  /**
   * What is fast on this processor: with {@link Precision#BF16} rounded if it has AMX and exact if
   * not, with {@link Precision#INT8} rounded.
   */
  AUTO,

  /**
   * Activations stay 32-bit floats, whatever the processor: the same arithmetic on every machine.
   */
  EXACT,

  /**
   * Activations are rounded to the type of the weights before they are multiplied: to bfloat16 with
   * {@link Precision#BF16}, to 8-bit integers with {@link Precision#INT8}. Products in bfloat16 run
   * on every processor, and are slow on those without instructions for them; of 8-bit integers they
   * take AVX2. Other precisions have no such products and stay exact.
   */
  ROUNDED;

  /** As it is written on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
