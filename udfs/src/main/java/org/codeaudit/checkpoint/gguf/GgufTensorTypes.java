package org.codeaudit.checkpoint.gguf;

import java.util.Map;
import java.util.Optional;
import org.codeaudit.checkpoint.tensor.TensorType;

/**
 * The numbers GGUF gives to the types of tensors, and the names of those that are not supported.
 */
final class GgufTensorTypes {
  private static final Map<Integer, TensorType> SUPPORTED =
      Map.ofEntries(
          Map.entry(0, TensorType.F32),
          Map.entry(1, TensorType.F16),
          Map.entry(2, TensorType.Q4_0),
          Map.entry(3, TensorType.Q4_1),
          Map.entry(6, TensorType.Q5_0),
          Map.entry(7, TensorType.Q5_1),
          Map.entry(8, TensorType.Q8_0),
          Map.entry(12, TensorType.Q4_K),
          Map.entry(13, TensorType.Q5_K),
          Map.entry(14, TensorType.Q6_K),
          Map.entry(30, TensorType.BF16));

  private static final Map<Integer, String> OTHERS =
      Map.ofEntries(
          Map.entry(9, "Q8_1"),
          Map.entry(10, "Q2_K"),
          Map.entry(11, "Q3_K"),
          Map.entry(15, "Q8_K"),
          Map.entry(16, "IQ2_XXS"),
          Map.entry(17, "IQ2_XS"),
          Map.entry(18, "IQ3_XXS"),
          Map.entry(19, "IQ1_S"),
          Map.entry(20, "IQ4_NL"),
          Map.entry(21, "IQ3_S"),
          Map.entry(22, "IQ2_S"),
          Map.entry(23, "IQ4_XS"),
          Map.entry(24, "I8"),
          Map.entry(25, "I16"),
          Map.entry(26, "I32"),
          Map.entry(27, "I64"),
          Map.entry(28, "F64"),
          Map.entry(29, "IQ1_M"),
          Map.entry(34, "TQ1_0"),
          Map.entry(35, "TQ2_0"),
          Map.entry(39, "MXFP4"));

  private GgufTensorTypes() {}

  static Optional<TensorType> type(int number) {
    return Optional.ofNullable(SUPPORTED.get(number));
  }

  /** The name of any type, supported or not. */
  static String name(int number) {
    String fallback = "number " + Integer.toUnsignedString(number);
    return type(number).map(Enum::name).orElse(OTHERS.getOrDefault(number, fallback));
  }

  static String supportedNames() {
    return SUPPORTED.values().stream().sorted().toList().toString();
  }
}
