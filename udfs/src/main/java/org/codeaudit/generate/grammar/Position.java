package org.codeaudit.generate.grammar;

import java.nio.ByteBuffer;
import java.util.Optional;

/** A place in a form: which byte may come next and where it leads. Immutable. */
abstract class Position {
  private static final ByteBuffer NO_BYTES = ByteBuffer.allocate(0).asReadOnlyBuffer();

  /** Where an illegal byte leads. */
  static final Position NOWHERE = new Dead();

  /** Where the form is whole; nothing may follow. */
  static final Position END = new Dead();

  /**
   * The place after a byte.
   *
   * @param next 0 to 255
   * @return {@link #NOWHERE} if the byte may not come here
   */
  abstract Position next(int next);

  /** The only byte that may come here; -1 if there are several or none. */
  abstract int only();

  /** The bytes that must come from here on, as far as is known at a glance. */
  ByteBuffer literal() {
    return NO_BYTES;
  }

  /** A position that stands for many alike when the tokens allowed here are looked up. */
  Optional<Recurring> recurring() {
    return Optional.empty();
  }

  /**
   * A place that allows many tokens and is come to again and again.
   *
   * @param key equal for places that allow the same tokens
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
