package org.codeaudit.checkpoint.gguf;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.codeaudit.checkpoint.file.CheckpointErrors;
import org.codeaudit.checkpoint.tensor.TensorLayout;

/**
 * The metadata of a GGUF file. A value is a {@code Long}, {@code Double}, {@code Boolean}, {@code
 * String} or, for an array, a {@code List}.
 */
public record GgufMetadata(Path file, Map<String, Object> values) {
  private static final int SHORTEST_ENTRY = 8 + 4 + 1;
  private static final int DEEPEST_ARRAY = 4;
  private static final int ARRAY = 9;
  private static final int STRING = 8;

  static GgufMetadata read(GgufInput input, long count) throws IOException {
    Map<String, Object> values = new LinkedHashMap<>();
    for (long i = 0; i < count; i++) {
      String key = input.string();
      int type = input.int32();
      if (values.put(key, value(input, type, 0)) != null) {
        throw CheckpointErrors.headerInvalid(
            input.file(), "It has the metadata key " + TensorLayout.shown(key) + " twice");
      }
    }
    return new GgufMetadata(input.file(), values);
  }

  static int shortestEntry() {
    return SHORTEST_ENTRY;
  }

  private static Object value(GgufInput input, int type, int depth) throws IOException {
    return switch (type) {
      case 0 -> (long) input.unsignedByte();
      case 1 -> (long) (byte) input.unsignedByte();
      case 2 -> (long) input.unsignedShort();
      case 3 -> (long) (short) input.unsignedShort();
      case 4 -> Integer.toUnsignedLong(input.int32());
      case 5 -> (long) input.int32();
      case 6 -> decimal(Float.intBitsToFloat(input.int32()));
      case 7 -> input.unsignedByte() != 0;
      case STRING -> input.string();
      case ARRAY -> array(input, depth + 1);
      case 10, 11 -> input.int64();
      case 12 -> Double.longBitsToDouble(input.int64());
      default ->
          throw CheckpointErrors.headerInvalid(
              input.file(),
              "At byte "
                  + (input.position() - 4)
                  + " it has the unknown metadata type "
                  + Integer.toUnsignedString(type));
    };
  }

  /** 1e-5f as 1e-5, the number that was rounded to it, so that both file formats say the same. */
  private static double decimal(float value) {
    return Double.parseDouble(Float.toString(value));
  }

  private static List<Object> array(GgufInput input, int depth) throws IOException {
    if (depth > DEEPEST_ARRAY) {
      throw CheckpointErrors.headerInvalid(
          input.file(), "Its metadata nests arrays deeper than " + DEEPEST_ARRAY);
    }
    int type = input.int32();
    long count = input.count("array elements", leastBytes(type));
    // Grown as elements arrive, never allocated from the count.
    List<Object> elements = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      elements.add(value(input, type, depth));
    }
    return elements;
  }

  private static int leastBytes(int type) {
    return switch (type) {
      case 2, 3 -> 2;
      case 4, 5, 6 -> 4;
      case STRING, 10, 11, 12 -> 8;
      case ARRAY -> 12;
      default -> 1;
    };
  }

  Optional<String> text(String key) {
    return typed(key, String.class, "a string");
  }

  public Optional<Boolean> flag(String key) {
    return typed(key, Boolean.class, "true or false");
  }

  public OptionalInt integer(String key) {
    Optional<Long> value = typed(key, Long.class, "an integer");
    if (value.isPresent() && (value.get() < 0 || value.get() > Integer.MAX_VALUE)) {
      throw wrongType(key, "an integer from 0 to " + Integer.MAX_VALUE);
    }
    return value.isPresent() ? OptionalInt.of(value.get().intValue()) : OptionalInt.empty();
  }

  public OptionalDouble number(String key) {
    Optional<Double> value = typed(key, Double.class, "a floating point number");
    return value.isPresent() ? OptionalDouble.of(value.get()) : OptionalDouble.empty();
  }

  public int requiredInteger(String key) {
    return integer(key).orElseThrow(() -> missing(key));
  }

  public double requiredNumber(String key) {
    return number(key).orElseThrow(() -> missing(key));
  }

  public String requiredText(String key) {
    return text(key).orElseThrow(() -> missing(key));
  }

  /** The elements of an array, all of one class; empty where the key is absent. */
  <T> List<T> array(String key, Class<T> element) {
    List<?> values = typed(key, List.class, "an array").orElse(List.of());
    List<T> elements = new ArrayList<>(values.size());
    for (Object value : values) {
      if (!element.isInstance(value)) {
        throw wrongType(key, "an array of " + element.getSimpleName());
      }
      elements.add(element.cast(value));
    }
    return elements;
  }

  private <T> Optional<T> typed(String key, Class<T> type, String expected) {
    Object value = values.get(key);
    if (value != null && !type.isInstance(value)) {
      throw wrongType(key, expected);
    }
    return Optional.ofNullable(value).map(type::cast);
  }

  private RuntimeException missing(String key) {
    return CheckpointErrors.configInvalid(file, "Its metadata lacks the key " + key);
  }

  private RuntimeException wrongType(String key, String expected) {
    return CheckpointErrors.configInvalid(
        file, "The metadata key " + TensorLayout.shown(key) + " is not " + expected);
  }
}
