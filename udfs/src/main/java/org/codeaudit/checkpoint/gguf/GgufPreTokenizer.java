package org.codeaudit.checkpoint.gguf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.codeaudit.checkpoint.file.JsonDocument;

/**
 * How a byte-level tokenizer cuts text before it merges bytes, by the name GGUF files give in
 * {@code tokenizer.ggml.pre}.
 *
 * @param composed whether text is brought into normal form C first
 * @param splits regular expressions whose matches are cut out, one after the other
 * @param ignoreMerges whether a piece that is a token needs no merges to become it
 */
record GgufPreTokenizer(boolean composed, List<String> splits, boolean ignoreMerges) {
  private static final String GPT2 =
      "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";
  private static final String QWEN2 = wordsWithDigits("\\p{N}");
  private static final String LLAMA3 = wordsWithDigits("\\p{N}{1,3}");
  private static final String TEKKEN = wordsByCase("", "\\p{N}");
  private static final String GPT_4O = wordsByCase("(?i:'s|'t|'re|'ve|'m|'ll|'d)?", "\\p{N}{1,3}");
  private static final List<String> DEFAULT =
      List.of("[\\p{P}\\$\\+<=>\\^~\\|]+", GPT2, "\\p{N}+", "[0-9][0-9][0-9]");

  private static final Map<String, GgufPreTokenizer> KNOWN =
      new TreeMap<>(
          Map.of(
              "default", new GgufPreTokenizer(false, DEFAULT, false),
              "gpt-2", new GgufPreTokenizer(false, List.of(GPT2), false),
              "smollm", new GgufPreTokenizer(false, List.of("\\p{N}", GPT2), false),
              "qwen2", new GgufPreTokenizer(true, List.of(QWEN2), false),
              "dbrx", new GgufPreTokenizer(false, List.of(LLAMA3), false),
              "gpt-4o", new GgufPreTokenizer(false, List.of(GPT_4O), false),
              "tekken", new GgufPreTokenizer(false, List.of(TEKKEN), true),
              "llama-bpe", new GgufPreTokenizer(false, List.of(LLAMA3), true)));

  static Optional<GgufPreTokenizer> named(String name) {
    return Optional.ofNullable(KNOWN.get(name));
  }

  static String names() {
    return KNOWN.keySet().toString();
  }

  private static String wordsWithDigits(String digits) {
    return "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|"
        + digits
        + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  }

  /** Words end before a capital that follows a small letter; a word may have an ending. */
  private static String wordsByCase(String ending, String digits) {
    String before = "[^\\r\\n\\p{L}\\p{N}]?";
    String capitals = "[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]";
    String small = "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]";
    return before
        + capitals
        + "*"
        + small
        + "+"
        + ending
        + "|"
        + before
        + capitals
        + "+"
        + small
        + "*"
        + ending
        + "|"
        + digits
        + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  }

  JsonNode normalizer() {
    return composed
        ? JsonDocument.JSON.createObjectNode().put("type", "NFC")
        : JsonDocument.JSON.nullNode();
  }

  /** The splits, then the mapping of bytes to the characters that the vocabulary is written in. */
  ObjectNode preTokenizer() {
    ObjectNode sequence = JsonDocument.JSON.createObjectNode().put("type", "Sequence");
    ArrayNode steps = sequence.putArray("pretokenizers");
    for (String split : splits) {
      ObjectNode step = steps.addObject().put("type", "Split");
      step.putObject("pattern").put("Regex", split);
      step.put("behavior", "Isolated").put("invert", false);
    }
    steps.add(byteLevel());
    return sequence;
  }

  static ObjectNode byteLevel() {
    return JsonDocument.JSON
        .createObjectNode()
        .put("type", "ByteLevel")
        .put("add_prefix_space", false)
        .put("trim_offsets", false)
        .put("use_regex", false);
  }
}
