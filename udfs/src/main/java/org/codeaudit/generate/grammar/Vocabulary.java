package org.codeaudit.generate.grammar;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.codeaudit.model.AllowedTokens;
import org.codeaudit.token.Tokenizer;

/**
 * The ordinary tokens of a tokenizer as a trie over their bytes, with a cache of the token sets
 * that forms have asked for. Thread safe; made once per tokenizer.
 *
 * <p>The trie is stored in arrays in depth-first order: the children of a node follow it, and
 * {@code skip} leads past all of them.
 */
final class Vocabulary {
  private static final Map<Tokenizer, Vocabulary> MADE = new WeakHashMap<>();

  private final byte[][] bytes;

  /** Ids of ordinary tokens in the order of their bytes. */
  private final int[] ids;

  /** For each node: the byte that leads to it, its depth, the node after its last descendant. */
  private final byte[] labels;

  private final short[] depths;
  private final int[] skip;

  /**
   * For each node, where in {@code ids} the tokens that end here begin; they end where the next's
   * begin.
   */
  private final int[] firstToken;

  /** Bytes that are tokens by themselves. */
  private final BitSet singles = new BitSet();

  private final int nodes;
  private final int deepest;
  private final Map<Object, AllowedTokens> sets = new ConcurrentHashMap<>();

  /** The vocabulary of a tokenizer; the first call for each makes it. */
  static Vocabulary of(Tokenizer tokenizer) {
    synchronized (MADE) {
      return MADE.computeIfAbsent(tokenizer, Vocabulary::new);
    }
  }

  private Vocabulary(Tokenizer tokenizer) {
    bytes = new byte[tokenizer.size()][];
    Arrays.setAll(bytes, id -> tokenizer.isControl(id) ? new byte[0] : tokenizer.bytes(id));
    ids =
        IntStream.range(0, bytes.length)
            .filter(id -> bytes[id].length > 0)
            .boxed()
            .sorted((a, b) -> Arrays.compareUnsigned(bytes[a], bytes[b]))
            .mapToInt(Integer::intValue)
            .toArray();
    int size = countNodes();
    labels = new byte[size];
    depths = new short[size];
    skip = new int[size];
    firstToken = new int[size + 1];
    deepest = IntStream.of(ids).map(id -> bytes[id].length).max().orElse(0);
    nodes = build();
    IntStream.of(ids)
        .filter(id -> bytes[id].length == 1)
        .forEach(id -> singles.set(bytes[id][0] & 0xff));
  }

  /** The bytes of an ordinary token; none for any other id. */
  byte[] bytes(int id) {
    return id >= 0 && id < bytes.length ? bytes[id] : new byte[0];
  }

  /** All ordinary tokens. */
  int[] ids() {
    return ids.clone();
  }

  /** The set of a key; it is made at the first call. */
  AllowedTokens set(Object key, Supplier<AllowedTokens> make) {
    return sets.computeIfAbsent(key, absent -> make.get());
  }

  /** Ids of the ordinary tokens whose bytes a position allows, in no particular order. */
  int[] allowed(Position start) {
    IntStream.Builder found = IntStream.builder();
    Position[] path = new Position[deepest + 1];
    path[0] = start;
    int node = 0;
    while (node < nodes) {
      int depth = depths[node];
      Position position = path[depth - 1].next(labels[node] & 0xff);
      if (position == Position.NOWHERE) {
        node = skip[node];
      } else {
        path[depth] = position;
        for (int token = firstToken[node]; token < firstToken[node + 1]; token++) {
          found.add(ids[token]);
        }
        node++;
      }
    }
    return found.build().toArray();
  }

  /** Whether tokens can spell these bytes. */
  boolean spells(byte[] text) {
    for (byte next : text) {
      if (!singles.get(next & 0xff)) {
        return spell(text).length > 0;
      }
    }
    return text.length > 0;
  }

  /**
   * The fewest tokens whose bytes are exactly these.
   *
   * @return empty if no tokens spell them
   */
  int[] spell(byte[] text) {
    int[] fewest = new int[text.length + 1];
    int[] token = new int[text.length];
    for (int start = text.length - 1; start >= 0; start--) {
      fewest[start] = Integer.MAX_VALUE;
      int node = 0;
      for (int end = start; end < text.length; end++) {
        node = child(node, end - start + 1, text[end]);
        if (node < 0) {
          break;
        }
        boolean ends = firstToken[node] < firstToken[node + 1];
        if (ends && fewest[end + 1] < Integer.MAX_VALUE && fewest[end + 1] < fewest[start]) {
          fewest[start] = fewest[end + 1] + 1;
          // of equal ones the last: the first of a vocabulary may be bytes that no text is made of
          token[start] = ids[firstToken[node + 1] - 1];
        }
        node++;
      }
    }
    return text.length == 0 || fewest[0] == Integer.MAX_VALUE ? new int[0] : follow(token);
  }

  private int[] follow(int[] token) {
    IntStream.Builder spelled = IntStream.builder();
    for (int start = 0; start < token.length; start += bytes[token[start]].length) {
      spelled.add(token[start]);
    }
    return spelled.build().toArray();
  }

  /** The node with a label among {@code first} and its later siblings; -1 if there is none. */
  private int child(int first, int depth, byte label) {
    int node = first;
    while (node < nodes && depths[node] == depth) {
      if (labels[node] == label) {
        return node;
      }
      node = skip[node];
    }
    return -1;
  }

  private int countNodes() {
    int count = 0;
    byte[] previous = new byte[0];
    for (int id : ids) {
      count += bytes[id].length - common(previous, bytes[id]);
      previous = bytes[id];
    }
    return count;
  }

  private int build() {
    int[] open = new int[deepest + 1];
    int count = 0;
    int depth = 0;
    byte[] previous = new byte[0];
    for (int token = 0; token < ids.length; token++) {
      byte[] next = bytes[ids[token]];
      int common = common(previous, next);
      for (; depth > common; depth--) {
        skip[open[depth]] = count;
      }
      for (; depth < next.length; count++) {
        labels[count] = next[depth];
        depths[count] = (short) ++depth;
        open[depth] = count;
        firstToken[count] = token;
      }
      previous = next;
    }
    for (; depth > 0; depth--) {
      skip[open[depth]] = count;
    }
    firstToken[count] = ids.length;
    return count;
  }

  private static int common(byte[] a, byte[] b) {
    int mismatch = Arrays.mismatch(a, b);
    return mismatch < 0 ? a.length : mismatch;
  }
}
