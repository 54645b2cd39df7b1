package org.codeaudit.token;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * BPE as SentencePiece has it: tokens are text in which a space is written {@code ▁}, and a
 * character without a token becomes one token for each of its bytes, {@code <0x0A>}.
 *
 * @param begin where a space is put before a text
 * @param split whether words are tokenised one by one
 * @param strips whether a space before a whole decoded text is left out
 */
record ByteFallback(Begin begin, boolean split, boolean strips) {
  private static final char MARK = '▁';
  private static final String SPACE = String.valueOf(MARK);
  private static final Pattern BYTE = Pattern.compile("<0x[0-9A-F]{2}>");
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** Where a space is put before a text that control tokens cut into pieces. */
  enum Begin {
    NOWHERE,
    /** Before the first piece, unless it begins with one. */
    TEXT,
    /** Before every piece that does not begin with one. */
    PIECE,
    /** Before every piece, whatever it begins with. */
    ALWAYS
  }

  /**
   * Reads the parts of a document around its vocabulary.
   *
   * @return empty if its model has no byte fallback
   * @throws org.codeaudit.AuditException if it has, with parts that do something else
   */
  static Optional<ByteFallback> of(JsonNode root) {
    JsonNode model = root.path("model");
    if (!model.path("byte_fallback").asBoolean()) {
      return Optional.empty();
    }
    if (model.path("ignore_merges").asBoolean()) {
      throw unsupported("its merges are ignored for whole words");
    }
    Begin begin = Begin.NOWHERE;
    boolean replaces = false;
    for (JsonNode part : TokenizerDocument.parts(root.path("normalizer"), "normalizers")) {
      if (part.path("type").asText().equals("Prepend")
          && part.path("prepend").asText().equals(SPACE)) {
        begin = Begin.ALWAYS;
      } else if (replaces(part, " ", SPACE)) {
        replaces = true;
      } else {
        throw unsupported("it has another normalizer, " + part.path("type").asText("of no type"));
      }
    }
    boolean split = false;
    for (JsonNode part : TokenizerDocument.parts(root.path("pre_tokenizer"), "pretokenizers")) {
      String type = part.path("type").asText("of no type");
      if (type.equals("Metaspace") && begin == Begin.NOWHERE && mark(part).equals(SPACE)) {
        replaces = true;
        begin = begin(part);
        split = part.path("split").asBoolean(true);
      } else if (!(replaces && type.equals("Split") && atSpaces(part))) {
        // there are no spaces left that the last could split at
        throw unsupported("it has another pre-tokenizer, " + type);
      }
    }
    if (!replaces) {
      throw unsupported("it does not write spaces as " + SPACE);
    }
    return Optional.of(new ByteFallback(begin, split, strips(root.path("decoder"))));
  }

  private static boolean replaces(JsonNode part, String text, String by) {
    return part.path("type").asText().equals("Replace")
        && part.path("pattern").path("String").asText().equals(text)
        && part.path("content").asText().equals(by);
  }

  private static boolean atSpaces(JsonNode part) {
    return part.path("pattern").path("String").asText().equals(" ");
  }

  private static String mark(JsonNode metaspace) {
    return metaspace.path("replacement").asText();
  }

  private static Begin begin(JsonNode metaspace) {
    boolean older = metaspace.path("add_prefix_space").asBoolean(true);
    String scheme = metaspace.path("prepend_scheme").asText(older ? "always" : "never");
    return switch (scheme) {
      case "first" -> Begin.TEXT;
      case "always" -> Begin.PIECE;
      case "never" -> Begin.NOWHERE;
      default -> throw unsupported("it has an unknown prepend_scheme");
    };
  }

  /** The decoder must undo the marks, then join the bytes; it may strip a space. */
  private static boolean strips(JsonNode decoder) {
    List<JsonNode> parts = TokenizerDocument.parts(decoder, "decoders");
    boolean strips = parts.size() == 4;
    boolean known =
        (parts.size() == 3 || strips)
            && replaces(parts.get(0), SPACE, " ")
            && parts.get(1).path("type").asText().equals("ByteFallback")
            && parts.get(2).path("type").asText().equals("Fuse");
    if (known && strips) {
      JsonNode strip = parts.get(3);
      known =
          strip.path("type").asText().equals("Strip")
              && strip.path("content").asText().equals(" ")
              && strip.path("start").asInt() == 1
              && strip.path("stop").asInt() == 0;
    }
    if (!known) {
      throw unsupported("its decoder does more or less than to undo that");
    }
    return strips;
  }

  /**
   * Checks the vocabulary and the control tokens.
   *
   * @param ids of all ordinary tokens
   */
  void check(Map<String, Integer> ids, List<AddedToken> added) {
    for (int value = 0; value < 256; value++) {
      if (!ids.containsKey(String.format("<0x%02X>", value))) {
        throw TokenizerDocument.invalid(
            "it falls back to bytes and has no ordinary token for the byte " + value);
      }
    }
    if (begin == Begin.ALWAYS && added.stream().anyMatch(AddedToken::normalized)) {
      throw unsupported(
          "it looks for control tokens in a text that has got a space before it; in a copy, set"
              + " \"normalized\" of its added_tokens to false");
    }
  }

  /** Whether a merge would take a byte apart, or make one of letters. */
  static boolean touchesBytes(String left, String right) {
    return isByte(left) || isByte(right) || isByte(left + right);
  }

  private static boolean isByte(String token) {
    return BYTE.matcher(token).matches();
  }

  /**
   * A text as it is tokenised.
   *
   * @param first whether nothing stands before it, not even a control token
   */
  String begun(String text, boolean first) {
    if (text.isEmpty()) {
      return text;
    }
    boolean spaced = text.charAt(0) == ' ' || text.charAt(0) == MARK;
    boolean put =
        switch (begin) {
          case NOWHERE -> false;
          case TEXT -> first && !spaced;
          case PIECE -> !spaced;
          case ALWAYS -> true;
        };
    return put ? MARK + text : text;
  }

  /** The bytes an ordinary token stands for. */
  static byte[] bytes(String token) {
    return isByte(token)
        ? new byte[] {(byte) Integer.parseInt(token.substring(3, 5), 16)}
        : text(token).getBytes(StandardCharsets.UTF_8);
  }

  /** The text of an added token. */
  static String text(String token) {
    return token.replace(MARK, ' ');
  }

  /** Writes spaces as marks, and does nothing else. */
  ObjectNode normalizer() {
    ObjectNode replace = NODES.objectNode().put("type", "Replace").put("content", SPACE);
    replace.putObject("pattern").put("String", " ");
    return replace;
  }

  /** Cuts before every mark, where the document does. */
  JsonNode preTokenizer() {
    return split
        ? NODES
            .objectNode()
            .put("type", "Metaspace")
            .put("replacement", SPACE)
            .put("prepend_scheme", "never")
            .put("split", true)
        : NODES.nullNode();
  }

  private static RuntimeException unsupported(String why) {
    return TokenizerDocument.unsupported("its model falls back to byte tokens, but " + why);
  }
}
