package org.codeaudit.generate.grammar;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * A part of a form. Forms are deterministic: at every position the next byte alone decides which
 * part it belongs to.
 */
@FunctionalInterface
interface Element {

  /** The position where this part begins, if the form continues with {@code after}. */
  Position before(Position after);

  /** Exactly this text. */
  static Element literal(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return after -> bytes.length == 0 ? after : new LiteralPosition(bytes, 0, after);
  }

  /**
   * One of several byte strings. If one is a prefix of another, the byte that follows it in the
   * form must tell them apart.
   *
   * @param choices at least one, none empty
   */
  static Element oneOf(List<byte[]> choices) {
    byte[][] sorted = choices.toArray(byte[][]::new);
    Arrays.sort(sorted, Arrays::compareUnsigned);
    if (sorted.length == 0 || sorted[0].length == 0) {
      throw new IllegalArgumentException("a choice needs alternatives, none of them empty");
    }
    return after -> new ChoicePosition(sorted, 0, sorted.length, 0, after);
  }

  /**
   * The inside of a JSON string, up to the quotation mark that {@code after} begins with: valid
   * UTF-8 without raw control characters, and the escapes of JSON, except for surrogates (such
   * characters can be written directly).
   *
   * @param minimum least number of bytes, as written
   * @param maximum most bytes, as written
   */
  static Element jsonText(int minimum, int maximum) {
    if (minimum < 0 || maximum < minimum) {
      throw new IllegalArgumentException("no text has " + minimum + " to " + maximum + " bytes");
    }
    return after -> new TextPosition(TextMode.PLAIN, minimum, maximum, after);
  }

  /** Up to {@code most} items with commas between them. */
  static Element list(Element item, int most) {
    return after -> most == 0 ? after : new ListPosition(item, most, true, after);
  }

  /** These parts in order. */
  static Element sequence(Element... parts) {
    return after -> {
      Position position = after;
      for (int i = parts.length - 1; i >= 0; i--) {
        position = parts[i].before(position);
      }
      return position;
    };
  }
}
