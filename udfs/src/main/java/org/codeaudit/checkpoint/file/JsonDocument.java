package org.codeaudit.checkpoint.file;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * A JSON object of a checkpoint with typed access. Absent keys and JSON nulls are empty; a value of
 * another type is an error that names file and key.
 */
public record JsonDocument(Path file, String prefix, JsonNode node) {
  public static final ObjectMapper JSON = new ObjectMapper();
  private static final long LARGEST_DOCUMENT = 256L << 20;

  /** Reads a file that holds one JSON object. */
  public static JsonDocument read(Path file) {
    try {
      JsonNode node = JSON.readTree(text(file));
      if (node == null || !node.isObject()) {
        throw CheckpointErrors.configInvalid(file, "It does not hold a JSON object");
      }
      return new JsonDocument(file, "", node);
    } catch (JsonProcessingException e) {
      throw CheckpointErrors.configInvalid(
          file, "It is not valid JSON: " + e.getOriginalMessage(), e);
    }
  }

  /** As {@link #read} where the file exists, otherwise an object without keys. */
  public static JsonDocument readOrEmpty(Path file) {
    return Files.exists(file) ? read(file) : new JsonDocument(file, "", JSON.createObjectNode());
  }

  /** The text of a UTF-8 file; malformed bytes become U+FFFD. */
  public static String text(Path file) {
    try {
      long size = Files.size(file);
      if (size > LARGEST_DOCUMENT) {
        throw CheckpointErrors.configInvalid(
            file, "It has " + size + " bytes, more than any such file needs");
      }
      StandIn.refuse(file);
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw CheckpointErrors.unreadable(file, e);
    }
  }

  public boolean has(String key) {
    return node.hasNonNull(key);
  }

  public Optional<JsonDocument> object(String key) {
    return value(key)
        .map(
            child -> {
              require(child.isObject(), key, "an object", child);
              return new JsonDocument(file, prefix + key + ".", child);
            });
  }

  public Optional<String> text(String key) {
    return value(key)
        .map(
            child -> {
              require(child.isTextual(), key, "a string", child);
              return child.textValue();
            });
  }

  public Optional<Boolean> flag(String key) {
    return value(key)
        .map(
            child -> {
              require(child.isBoolean(), key, "true or false", child);
              return child.booleanValue();
            });
  }

  public OptionalInt integer(String key) {
    Optional<JsonNode> child = value(key);
    if (child.isEmpty()) {
      return OptionalInt.empty();
    }
    JsonNode number = child.get();
    boolean whole = number.isNumber() && number.doubleValue() == Math.rint(number.doubleValue());
    require(whole && number.canConvertToInt(), key, "a 32-bit integer", number);
    return OptionalInt.of(number.intValue());
  }

  public OptionalDouble number(String key) {
    Optional<JsonNode> child = value(key);
    child.ifPresent(
        c -> require(c.isNumber() && Double.isFinite(c.doubleValue()), key, "a number", c));
    return child.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(child.get().doubleValue());
  }

  /** An integer or a list of integers; empty where absent. */
  public List<Integer> integers(String key) {
    List<Integer> numbers = new ArrayList<>();
    for (JsonNode child : value(key).map(JsonDocument::elements).orElse(List.of())) {
      require(child.isInt(), key, "an integer or a list of integers", child);
      numbers.add(child.intValue());
    }
    return numbers;
  }

  /** A list of numbers; empty where absent. */
  public List<Double> numbers(String key) {
    List<Double> numbers = new ArrayList<>();
    for (JsonNode child : value(key).map(JsonDocument::elements).orElse(List.of())) {
      boolean finite = child.isNumber() && Double.isFinite(child.doubleValue());
      require(finite, key, "a list of numbers", child);
      numbers.add(child.doubleValue());
    }
    return numbers;
  }

  public Optional<JsonNode> value(String key) {
    return Optional.ofNullable(node.get(key)).filter(child -> !child.isNull());
  }

  public int requiredInteger(String key) {
    return integer(key).orElseThrow(() -> missing(key));
  }

  private RuntimeException missing(String key) {
    return CheckpointErrors.configInvalid(file, "It lacks the key " + prefix + key);
  }

  private void require(boolean condition, String key, String expected, JsonNode found) {
    if (!condition) {
      String text = found.toString();
      String shown = text.length() > 80 ? text.substring(0, 80) + "…" : text;
      throw CheckpointErrors.configInvalid(
          file, "The key " + prefix + key + " should be " + expected + " but is " + shown);
    }
  }

  private static List<JsonNode> elements(JsonNode node) {
    List<JsonNode> elements = new ArrayList<>();
    if (node.isArray()) {
      node.forEach(elements::add);
    } else {
      elements.add(node);
    }
    return elements;
  }
}
