package org.codeaudit.generate.grammar;

import java.nio.ByteBuffer;

/** A position inside a fixed text. */
final class LiteralPosition extends Position {
  private final byte[] bytes;
  private final int index;
  private final Position after;

  LiteralPosition(byte[] bytes, int index, Position after) {
    this.bytes = bytes;
    this.index = index;
    this.after = after;
  }

  @Override
  Position next(int next) {
    if (next != only()) {
      return NOWHERE;
    }
    return index + 1 == bytes.length ? after : new LiteralPosition(bytes, index + 1, after);
  }

  @Override
  int only() {
    return bytes[index] & 0xff;
  }

  @Override
  ByteBuffer literal() {
    return ByteBuffer.wrap(bytes, index, bytes.length - index);
  }
}
