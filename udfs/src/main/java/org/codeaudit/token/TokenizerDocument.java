package org.codeaudit.token;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;

/**
 * A {@code tokenizer.json} that has been read and found to be BPE, of bytes or with a fallback to
 * bytes, made of parts known to be safe for the native library.
 *
 * @param vocabulary the ordinary tokens by id: as written in the byte alphabet, or as {@link
 *     ByteFallback} has them
 * @param added the added tokens; none of them is in {@code vocabulary}
 * @param prefix ids the document's post-processor puts before a text, e.g. a beginning-of-text
 *     token
 * @param fallback how it writes spaces and falls back to bytes; empty for byte-level BPE
 * @param plain the document without its added tokens: text that spells one falls apart into
 *     ordinary tokens
 */
record TokenizerDocument(
    Map<Integer, String> vocabulary,
    List<AddedToken> added,
    int[] prefix,
    Optional<ByteFallback> fallback,
    JsonNode plain) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int HIGHEST_ID = 1 << 24;
  private static final Set<String> NORMALIZERS =
      Set.of("NFC", "NFD", "NFKC", "NFKD", "Lowercase", "Sequence");
  private static final Set<String> PRE_TOKENIZERS =
      Set.of(
          "ByteLevel",
          "Split",
          "Digits",
          "Punctuation",
          "Whitespace",
          "WhitespaceSplit",
          "Sequence");

  static TokenizerDocument parse(String text) {
    JsonNode root = read(text);
    requireBpe(root);
    Optional<ByteFallback> fallback = ByteFallback.of(root);
    if (fallback.isEmpty()) {
      requireByteLevel(root);
    }
    Map<String, Integer> ids = ids(root.path("model").path("vocab"));
    List<AddedToken> added = addedTokens(root.path("added_tokens"));
    Map<String, Integer> all = new HashMap<>(ids);
    added.forEach(token -> all.put(token.text(), token.id()));
    int[] prefix = prefix(root.path("post_processor"), all);
    added.forEach(token -> ids.remove(token.text()));
    Map<Integer, String> vocabulary = new HashMap<>();
    ids.forEach((token, id) -> vocabulary.put(id, token));
    requireDistinctIds(ids, vocabulary, added);
    fallback.ifPresent(some -> some.check(ids, added));
    return new TokenizerDocument(vocabulary, added, prefix, fallback, plain(root, ids, fallback));
  }

  private static JsonNode read(String text) {
    try {
      JsonNode root = JSON.readTree(text);
      if (root == null || !root.isObject()) {
        throw invalid("it is not a JSON object");
      }
      return root;
    } catch (JsonProcessingException e) {
      throw invalid("it is not JSON: " + e.getOriginalMessage());
    }
  }

  private static void requireBpe(JsonNode root) {
    JsonNode model = root.path("model");
    String type = model.path("type").asText(model.has("merges") ? "BPE" : "none");
    if (!type.equals("BPE")) {
      throw unsupported("its model is " + type);
    }
    for (String affix : List.of("continuing_subword_prefix", "end_of_word_suffix")) {
      if (!model.path(affix).asText("").isEmpty() && !model.path(affix).isNull()) {
        throw unsupported("its model has a " + affix);
      }
    }
  }

  private static void requireByteLevel(JsonNode root) {
    requireParts(root.path("normalizer"), "normalizers", "normalizer", NORMALIZERS);
    requireParts(root.path("pre_tokenizer"), "pretokenizers", "pre-tokenizer", PRE_TOKENIZERS);
    requireSafeSplits(root.path("pre_tokenizer"));
    requireByteLevel(root.path("pre_tokenizer"), "pretokenizers", "pre-tokenizer");
    requireByteLevel(root.path("decoder"), "decoders", "decoder");
  }

  private static void requireParts(JsonNode part, String list, String what, Set<String> known) {
    for (JsonNode each : parts(part, list)) {
      String type = each.path("type").asText("without a type");
      if (!known.contains(type)) {
        throw unsupported("it has a " + what + " " + type);
      }
    }
  }

  private static void requireSafeSplits(JsonNode preTokenizer) {
    for (JsonNode each : parts(preTokenizer, "pretokenizers")) {
      if (!SplitPattern.isSafe(each.path("pattern").path("Regex").asText(""))) {
        throw invalid(
            "it splits texts by a regular expression that is broken, has an unknown construct, or"
                + " may try again too often");
      }
    }
  }

  private static void requireByteLevel(JsonNode part, String list, String what) {
    if (parts(part, list).stream().noneMatch(x -> x.path("type").asText().equals("ByteLevel"))) {
      throw unsupported("its " + what + " is not ByteLevel");
    }
  }

  /** The part itself, or the parts of a sequence, however nested. */
  static List<JsonNode> parts(JsonNode part, String list) {
    if (part.isMissingNode() || part.isNull()) {
      return List.of();
    }
    List<JsonNode> parts = new ArrayList<>();
    if (part.path("type").asText().equals("Sequence")) {
      part.path(list).forEach(each -> parts.addAll(parts(each, list)));
    } else {
      parts.add(part);
    }
    return parts;
  }

  private static Map<String, Integer> ids(JsonNode vocab) {
    if (!vocab.isObject() || vocab.isEmpty()) {
      throw invalid("its model has no vocabulary");
    }
    Map<String, Integer> ids = new HashMap<>(vocab.size() * 2);
    vocab.properties().forEach(entry -> ids.put(entry.getKey(), id(entry.getValue())));
    return ids;
  }

  private static int id(JsonNode node) {
    if (!node.canConvertToInt() || node.intValue() < 0 || node.intValue() > HIGHEST_ID) {
      throw invalid("it has a token id " + node + ", which is not from 0 to " + HIGHEST_ID);
    }
    return node.intValue();
  }

  private static List<AddedToken> addedTokens(JsonNode array) {
    List<AddedToken> added = new ArrayList<>();
    for (JsonNode node : array) {
      String text = node.path("content").asText("");
      if (text.isEmpty()) {
        throw invalid("an added token has no content");
      }
      added.add(
          new AddedToken(
              id(node.path("id")),
              text,
              node.path("special").asBoolean(),
              node.path("normalized").asBoolean(),
              node.path("lstrip").asBoolean(),
              node.path("rstrip").asBoolean(),
              node.path("single_word").asBoolean()));
    }
    return List.copyOf(added);
  }

  private static void requireDistinctIds(
      Map<String, Integer> ids, Map<Integer, String> vocabulary, List<AddedToken> added) {
    if (vocabulary.size() != ids.size()) {
      throw invalid("two tokens of its vocabulary have the same id");
    }
    Set<Integer> seen = new HashSet<>();
    for (AddedToken token : added) {
      if (vocabulary.containsKey(token.id()) || !seen.add(token.id())) {
        throw invalid("the id " + token.id() + " of an added token is another token's as well");
      }
    }
  }

  /** The special tokens a TemplateProcessing puts before the text. */
  private static int[] prefix(JsonNode postProcessor, Map<String, Integer> ids) {
    List<Integer> prefix = new ArrayList<>();
    for (JsonNode part : parts(postProcessor, "processors")) {
      for (JsonNode piece : part.path("single")) {
        if (!piece.has("SpecialToken")) {
          break;
        }
        Integer id = ids.get(piece.path("SpecialToken").path("id").asText());
        if (id != null) {
          prefix.add(id);
        }
      }
    }
    return prefix.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Only what tokenising needs, so that nothing unchecked reaches native code. */
  private static ObjectNode plain(
      JsonNode root, Map<String, Integer> ids, Optional<ByteFallback> fallback) {
    JsonNodeFactory nodes = JSON.getNodeFactory();
    ObjectNode vocab = nodes.objectNode();
    ids.forEach(vocab::put);
    ObjectNode model = nodes.objectNode().put("type", "BPE");
    model.putNull("dropout").putNull("unk_token");
    model.putNull("continuing_subword_prefix").putNull("end_of_word_suffix");
    model.put("fuse_unk", false).put("byte_fallback", fallback.isPresent());
    model.put("ignore_merges", root.path("model").path("ignore_merges").asBoolean());
    model.set("vocab", vocab);
    model.set("merges", merges(root.path("model").path("merges"), ids, fallback.isPresent()));
    ObjectNode plain = nodes.objectNode().put("version", "1.0");
    plain.putNull("truncation").putNull("padding").putArray("added_tokens");
    if (fallback.isPresent()) {
      plain.set("normalizer", fallback.get().normalizer());
      plain.set("pre_tokenizer", fallback.get().preTokenizer());
    } else {
      plain.set("normalizer", orNull(root.path("normalizer")));
      plain.set("pre_tokenizer", orNull(root.path("pre_tokenizer")));
    }
    plain.putNull("post_processor").putNull("decoder");
    plain.set("model", model);
    return plain;
  }

  private static JsonNode orNull(JsonNode node) {
    return node.isMissingNode() ? JSON.nullNode() : node;
  }

  /** The merges, without those that take part in or result in an added token. */
  private static ArrayNode merges(JsonNode merges, Map<String, Integer> ids, boolean fallback) {
    ArrayNode kept = JSON.getNodeFactory().arrayNode(merges.size());
    for (JsonNode merge : merges) {
      String[] pair = pair(merge);
      if (fallback && ByteFallback.touchesBytes(pair[0], pair[1])) {
        throw invalid("the merge " + merge + " is not of text to text");
      }
      if (ids.containsKey(pair[0])
          && ids.containsKey(pair[1])
          && ids.containsKey(pair[0] + pair[1])) {
        kept.addArray().add(pair[0]).add(pair[1]);
      }
    }
    return kept;
  }

  /** Merges are written {@code ["a", "b"]}, or {@code "a b"} in older files. */
  private static String[] pair(JsonNode merge) {
    String[] pair =
        merge.isArray() && merge.size() == 2
            ? new String[] {merge.get(0).asText(), merge.get(1).asText()}
            : merge.asText("").split(" ", -1);
    if (pair.length != 2) {
      throw invalid("the merge " + merge + " is not a pair of tokens");
    }
    return pair;
  }

  static AuditException invalid(String why) {
    return new AuditException(
        ErrorClass.TOKENIZER_INVALID,
        "The checkpoint's tokenizer.json cannot be used",
        why,
        "Fetch the checkpoint again, or save its tokenizer again with transformers");
  }

  static AuditException unsupported(String why) {
    return new AuditException(
        ErrorClass.TOKENIZER_UNSUPPORTED,
        "The checkpoint's tokenizer is not supported",
        "Only BPE of bytes, or of text that falls back to bytes, is, and " + why,
        "Use a checkpoint with such a tokenizer, e.g. of the Qwen, Llama, Mistral or Phi family");
  }
}
