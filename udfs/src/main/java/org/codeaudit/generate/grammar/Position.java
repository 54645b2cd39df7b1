package org.codeaudit.generate.grammar;

import java.nio.ByteBuffer;
import java.util.Optional;

/** A position in a form: which bytes are allowed next and where they lead. Immutable. */
abstract class Position {
  private static final ByteBuffer NO_BYTES = ByteBuffer.allocate(0).asReadOnlyBuffer();

  /** Where an illegal byte leads. */
  static final Position NOWHERE = new Dead();

  /** Where the form is complete; nothing may follow. */
  static final Position END = new Dead();

  /**
   * The position after a byte.
   *
   * @param next 0 to 255
   * @return {@link #NOWHERE} if the byte is not allowed here
   */
  abstract Position next(int next);

  /** The only byte that is allowed here; -1 if there are several or none. */
  abstract int only();

  /** The bytes that must come next, as far as this position alone can tell. */
  ByteBuffer literal() {
    return NO_BYTES;
  }

  /** A position that represents many similar ones when allowed tokens are looked up. */
  Optional<Recurring> recurring() {
    return Optional.empty();
  }

  /**
   * A position that allows many tokens and occurs again and again.
   *
   * @param key equal for positions that allow the same tokens
   * @param position one of them
   */
  record Recurring(Object key, Position position) {}

  private static final class Dead extends Position {
    @Override
    Position next(int next) {
      return NOWHERE;
    }

    @Override
    int only() {
      return -1;
    }
  }
}
