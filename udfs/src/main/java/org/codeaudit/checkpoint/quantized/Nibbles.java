package org.codeaudit.checkpoint.quantized;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Spreads numbers that are packed into 32-bit words to one byte a number, a word at a time. */
final class Nibbles {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private Nibbles() {}

  /** Eight numbers of four bits, the lowest first. */
  static void spread(int word, byte[] codes, int at) {
    long spread = word & 0xffffffffL;
    spread = (spread | spread << 16) & 0x0000ffff0000ffffL;
    spread = (spread | spread << 8) & 0x00ff00ff00ff00ffL;
    spread = (spread | spread << 4) & 0x0f0f0f0f0f0f0f0fL;
    LONGS.set(codes, at, spread);
  }

  /** Four bytes, the lowest first. */
  static void bytes(int word, byte[] codes, int at) {
    INTS.set(codes, at, word);
  }

  /** The two halves of every byte change places. */
  static int swapped(int word) {
    return (word & 0x0f0f0f0f) << 4 | word >>> 4 & 0x0f0f0f0f;
  }
}
