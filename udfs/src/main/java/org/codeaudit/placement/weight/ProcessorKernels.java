package org.codeaudit.placement.weight;

import java.util.Locale;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.model.Arithmetic;
import org.codeaudit.model.Precision;

/**
 * Which kernels the processor multiplies a model's matrices with. This is the one place that
 * chooses them; {@link MatrixForm} says which form of a matrix they take.
 *
 * @param bf16 whether plain matrices of 16 bits are multiplied with activations rounded to bfloat16
 * @param int8 how matrices are multiplied that are quantised to 8 bits while they are loaded
 */
public record ProcessorKernels(boolean bf16, Int8 int8) {

  /** How activations are multiplied with turned integers of 8 bits. */
  public enum Int8 {
    /** As 32-bit floats. */
    EXACT,
    /** Rounded to 8 bits, and multiplied as 32-bit floats. */
    ROUNDED,
    /** The same numbers, once a matrix is packed multiplied by the kernel for integers. */
    PACKED
  }

  /** Activations are 32-bit floats in every product. */
  public static final ProcessorKernels EXACT = new ProcessorKernels(false, Int8.EXACT);

  /** A property of the JVM: what {@link Arithmetic#AUTO} means in it, whatever its processor. */
  public static final String PROPERTY = "codeaudit.arithmetic";

  /**
   * The kernels for a model.
   *
   * @param asked as the user wants them
   * @param precision of the weights
   * @param quantised whether the checkpoint holds matrices as integers or codes on purpose: their
   *     products are exact, and so are those of the few plain matrices beside them
   * @param processor what multiplies
   * @throws AuditException {@code ARITHMETIC} if the property is none
   */
  public static ProcessorKernels of(
      Arithmetic asked, Precision precision, boolean quantised, Instructions processor) {
    Arithmetic wanted = asked == Arithmetic.AUTO ? ofProperty() : asked;
    if (wanted == Arithmetic.EXACT) {
      return EXACT;
    }
    boolean bf16 = wanted == Arithmetic.ROUNDED || processor.bf16();
    return switch (precision) {
      case BF16 -> new ProcessorKernels(bf16 && !quantised, Int8.EXACT);
      case INT8 -> new ProcessorKernels(false, processor.integers() ? Int8.PACKED : Int8.ROUNDED);
      default -> EXACT;
    };
  }

  private static Arithmetic ofProperty() {
    String value = System.getProperty(PROPERTY, Arithmetic.AUTO.toString());
    try {
      return Arithmetic.valueOf(value.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new AuditException(
          ErrorClass.ARITHMETIC,
          "The property " + PROPERTY + " cannot be " + value,
          "It is none of auto, exact and rounded",
          "Correct it or leave it out",
          e);
    }
  }

  /** What activations become before they are multiplied: {@code exact}, {@code bf16}, ... */
  public String rounding() {
    return bf16 ? "bf16" : int8 != Int8.EXACT ? "int8" : "exact";
  }
}
