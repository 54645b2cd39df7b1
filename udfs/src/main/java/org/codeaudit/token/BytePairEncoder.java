package org.codeaudit.token;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Byte-level BPE for the documents and texts it can do exactly as the {@code tokenizers} library
 * does, about ten times as fast: pieces are cut by hand, and those that come often are remembered.
 * Says which it cannot do. Thread safe.
 */
final class BytePairEncoder {
  /** Merging takes the square of a piece's length: the library does better on longer ones. */
  private static final int LONGEST_PIECE = 512;

  private static final int NO_TOKEN = -1;
  private static final int LONGEST_REMEMBERED = 48;
  private static final int REMEMBERED = 1 << 15;

  /** A piece and its tokens. Immutable, so that threads may find it without a lock. */
  private record Known(char[] piece, int[] ids) {
    boolean is(char[] text, int from, int to) {
      return Arrays.equals(piece, 0, piece.length, text, from, to);
    }
  }

  private final PieceRule rule;
  private final boolean composed;
  private final int[] byteIds;
  private final MergeTable merges;

  /** Pieces that are a token without any merge; empty where that makes no difference. */
  private final Map<String, Integer> whole;

  /** By a hash of the piece, the one that came last. */
  private final Known[] known = new Known[REMEMBERED];

  private BytePairEncoder(
      PieceRule rule,
      boolean composed,
      int[] byteIds,
      MergeTable merges,
      Map<String, Integer> whole) {
    this.rule = rule;
    this.composed = composed;
    this.byteIds = byteIds;
    this.merges = merges;
    this.whole = whole;
  }

  /** An encoder for a document; empty if it is not of a kind that is known here. */
  static Optional<BytePairEncoder> of(TokenizerDocument document) {
    List<String> normalizers =
        document.normalizers().stream().map(step -> step.path("type").asText()).toList();
    boolean composed = normalizers.equals(List.of("NFC"));
    Optional<PieceRule> rule = PieceRule.of(document.preTokenizers());
    Map<String, Integer> ids = new HashMap<>();
    document.vocabulary().forEach((id, token) -> ids.put(token, id));
    int[] byteIds = new int[256];
    for (int value = 0; value < byteIds.length; value++) {
      byteIds[value] = ids.getOrDefault(String.valueOf(ByteAlphabet.character(value)), NO_TOKEN);
    }
    if (rule.isEmpty() || !(composed || normalizers.isEmpty())) {
      return Optional.empty();
    }
    JsonNode model = document.plain().path("model");
    Map<String, Integer> whole = model.path("ignore_merges").asBoolean() ? ids : Map.of();
    MergeTable merges = new MergeTable(model.path("merges"), ids);
    return Optional.of(new BytePairEncoder(rule.get(), composed, byteIds, merges, whole));
  }

  /** The ids of a text; null if it is one the library has to look at. */
  int[] encode(String text) {
    char[] characters = text.toCharArray();
    byte[] classes = CharacterClasses.of(text, characters, composed);
    if (classes == null) {
      return null;
    }
    int[] ids = new int[characters.length / 2 + 16];
    int count = 0;
    int limit = 0;
    for (int from = 0; from < characters.length; ) {
      limit = from < limit ? limit : rule.limit(characters, classes, from);
      int to = rule.end(characters, classes, from, limit);
      int[] piece = piece(characters, from, to);
      if (piece == null) {
        return null;
      }
      if (count + piece.length > ids.length) {
        ids = Arrays.copyOf(ids, count + piece.length + ids.length);
      }
      for (int id : piece) {
        ids[count++] = id;
      }
      from = to;
    }
    return Arrays.copyOf(ids, count);
  }

  private int[] piece(char[] text, int from, int to) {
    if (to - from > LONGEST_REMEMBERED) {
      return to - from > LONGEST_PIECE ? null : merge(text, from, to);
    }
    int hash = to - from;
    for (int at = from; at < to; at++) {
      hash = hash * 31 + text[at];
    }
    hash *= 0x9E3779B1;
    int slot = hash >>> (Integer.SIZE - Integer.numberOfTrailingZeros(REMEMBERED));
    Known last = known[slot];
    if (last != null && last.is(text, from, to)) {
      return last.ids();
    }
    int[] ids = merge(text, from, to);
    if (ids != null) {
      known[slot] = new Known(Arrays.copyOfRange(text, from, to), ids);
    }
    return ids;
  }

  /**
   * The ids of a piece: its bytes, merged in the order of the merges, from left to right. Null if
   * one of its bytes is no token.
   */
  private int[] merge(char[] text, int from, int to) {
    byte[] bytes = new String(text, from, to - from).getBytes(StandardCharsets.UTF_8);
    Integer token = whole.isEmpty() ? null : whole.get(spelled(bytes));
    if (token != null) {
      return new int[] {token};
    }
    int[] ids = new int[bytes.length];
    int[] places = new int[bytes.length]; // of the merge of each id with its next
    for (int i = 0; i < bytes.length; i++) {
      ids[i] = byteIds[bytes[i] & 0xff];
      if (ids[i] == NO_TOKEN) {
        return null;
      }
      if (i > 0) {
        places[i - 1] = merges.find(ids[i - 1], ids[i]);
      }
    }
    int length = bytes.length;
    for (int first = first(places, length); first >= 0; first = first(places, length)) {
      ids[first] = merges.merged(places[first]);
      length--;
      System.arraycopy(ids, first + 2, ids, first + 1, length - first - 1);
      System.arraycopy(places, first + 1, places, first, length - first);
      if (first > 0) {
        places[first - 1] = merges.find(ids[first - 1], ids[first]);
      }
      if (first + 1 < length) {
        places[first] = merges.find(ids[first], ids[first + 1]);
      }
    }
    return Arrays.copyOf(ids, length);
  }

  /** The leftmost of the merges that come first; -1 if there is none. */
  private int first(int[] places, int length) {
    int first = -1;
    int lowest = Integer.MAX_VALUE;
    for (int i = 0; i + 1 < length; i++) {
      if (places[i] != MergeTable.NONE && merges.rank(places[i]) < lowest) {
        lowest = merges.rank(places[i]);
        first = i;
      }
    }
    return first;
  }

  private static String spelled(byte[] bytes) {
    StringBuilder token = new StringBuilder(bytes.length);
    for (byte value : bytes) {
      token.append(ByteAlphabet.character(value & 0xff));
    }
    return token.toString();
  }
}
