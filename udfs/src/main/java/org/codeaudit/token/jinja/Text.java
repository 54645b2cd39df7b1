package org.codeaudit.token.jinja;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A string that knows which of its characters are the template's own (trusted) and which came from
 * a message. Equality, order and hashing look at the characters only. Immutable.
 */
public final class Text implements Comparable<Text> {
  public static final Text EMPTY = trusted("");

  private final String characters;

  /** Bounds of the untrusted ranges, half-open: start, end, start, end; ascending, not touching. */
  private final int[] untrusted;

  private Text(String characters, int[] untrusted) {
    this.characters = characters;
    this.untrusted = untrusted;
  }

  /** Text of the template or of the checkpoint. */
  public static Text trusted(String characters) {
    return new Text(characters, new int[0]);
  }

  /** Text of which nothing is known. */
  public static Text untrusted(String characters) {
    int length = characters.length();
    return new Text(characters, length == 0 ? new int[0] : new int[] {0, length});
  }

  /** A run of characters of the same origin. */
  public record Run(String characters, boolean trusted) {}

  /** The runs in order, alternating in trust; none for an empty text. */
  public List<Run> runs() {
    List<Run> runs = new ArrayList<>();
    int at = 0;
    for (int range = 0; range < untrusted.length; range += 2) {
      if (at < untrusted[range]) {
        runs.add(new Run(characters.substring(at, untrusted[range]), true));
      }
      at = untrusted[range + 1];
      runs.add(new Run(characters.substring(untrusted[range], at), false));
    }
    if (at < characters.length()) {
      runs.add(new Run(characters.substring(at), true));
    }
    return runs;
  }

  int length() {
    return characters.length();
  }

  boolean isEmpty() {
    return characters.isEmpty();
  }

  /** The characters from start to end, half-open, in UTF-16 units. */
  Text substring(int start, int end) {
    if (start == 0 && end == characters.length()) {
      return this;
    }
    int[] ranges = new int[untrusted.length];
    int count = 0;
    for (int range = 0; range < untrusted.length; range += 2) {
      int from = Math.max(start, untrusted[range]);
      int to = Math.min(end, untrusted[range + 1]);
      if (from < to) {
        ranges[count++] = from - start;
        ranges[count++] = to - start;
      }
    }
    return new Text(characters.substring(start, end), Arrays.copyOf(ranges, count));
  }

  /** Replaces every run by what the function makes of it, which keeps the run's origin. */
  Text map(UnaryOperator<String> function) {
    Builder mapped = new Builder();
    runs().forEach(run -> mapped.append(function.apply(run.characters()), run.trusted()));
    return mapped.build();
  }

  Text concat(Text other) {
    return new Builder().append(this).append(other).build();
  }

  @Override
  public int compareTo(Text other) {
    // Python orders by code point.
    int[] left = characters.codePoints().toArray();
    return Arrays.compare(left, other.characters.codePoints().toArray());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Text text && text.characters.equals(characters);
  }

  @Override
  public int hashCode() {
    return characters.hashCode();
  }

  /** The characters. */
  @Override
  public String toString() {
    return characters;
  }

  /** Puts a text together. */
  static final class Builder {
    private final StringBuilder characters = new StringBuilder();
    private int[] untrusted = new int[4];
    private int count;

    Builder append(Text text) {
      int offset = characters.length();
      characters.append(text.characters);
      for (int range = 0; range < text.untrusted.length; range += 2) {
        mark(text.untrusted[range] + offset, text.untrusted[range + 1] + offset);
      }
      return this;
    }

    Builder append(String more) {
      characters.append(more);
      return this;
    }

    Builder append(String more, boolean trusted) {
      int start = characters.length();
      characters.append(more);
      if (!trusted) {
        mark(start, characters.length());
      }
      return this;
    }

    int length() {
      return characters.length();
    }

    Text build() {
      return new Text(characters.toString(), Arrays.copyOf(untrusted, count));
    }

    private void mark(int start, int end) {
      if (start == end) {
        return;
      }
      if (count > 0 && untrusted[count - 1] == start) {
        untrusted[count - 1] = end;
        return;
      }
      if (count == untrusted.length) {
        untrusted = Arrays.copyOf(untrusted, count * 2);
      }
      untrusted[count++] = start;
      untrusted[count++] = end;
    }
  }
}
