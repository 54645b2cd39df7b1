package org.codeaudit.generate.grammar;

import java.nio.ByteBuffer;
import java.util.Optional;

/** A position inside a JSON string. */
final class TextPosition extends Position {
  private static final int LARGEST_STEP = 1 << 8;

  private final TextMode mode;
  private final int required;
  private final int left;
  private final Position after;

  /**
   * @param required bytes that must come before the string may end; 0 or less for none
   * @param left bytes that may come before the string must end
   */
  TextPosition(TextMode mode, int required, int left, Position after) {
    this.mode = mode;
    this.required = required;
    this.left = left;
    this.after = after;
  }

  @Override
  Position next(int next) {
    TextMode then = mode.next(next);
    if (then != TextMode.ILLEGAL) {
      boolean fits = left - 1 >= then.needed();
      return fits ? new TextPosition(then, required - 1, left - 1, after) : NOWHERE;
    }
    return mode == TextMode.PLAIN && required <= 0 ? after.next(next) : NOWHERE;
  }

  @Override
  int only() {
    return left == 0 ? after.only() : -1;
  }

  /**
   * Far from the bound, all positions in a string allow the same tokens. Near it, the number of
   * bytes left is rounded down, so that a few sets of tokens serve all lengths; tokens that would
   * just fit are not offered. Nor are tokens that reach beyond the fixed text after the string,
   * because what follows differs from string to string.
   */
  @Override
  Optional<Recurring> recurring() {
    ByteBuffer literal = after.literal();
    if (!literal.hasRemaining()) {
      return Optional.empty();
    }
    int step = left <= 6 ? left : Math.min(LARGEST_STEP, Integer.highestOneBit(left));
    int still = Math.max(0, Math.min(required, step));
    return Optional.of(
        new Recurring(
            new Key(mode, still, step, literal),
            new TextPosition(mode, still, step, ending(literal))));
  }

  private static Position ending(ByteBuffer literal) {
    byte[] bytes = new byte[literal.remaining()];
    literal.duplicate().get(bytes);
    return new LiteralPosition(bytes, 0, END);
  }

  private record Key(TextMode mode, int required, int left, ByteBuffer ending) {}
}
