package org.codeaudit.token;

import java.nio.charset.StandardCharsets;

/**
 * The alphabet of byte-level BPE: every byte is written as one printable character, so that a
 * vocabulary is text although its tokens are bytes.
 *
 * <p>As GPT-2 defines it ({@code bytes_to_unicode}): the bytes 33-126, 161-172 and 174-255 are the
 * characters of the same number, all others follow from 256 on in their order.
 */
final class ByteAlphabet {
  private static final char[] CHARACTERS = new char[256];
  private static final short[] BYTES = new short[512];

  static {
    java.util.Arrays.fill(BYTES, (short) -1);
    char next = 256;
    for (int value = 0; value < 256; value++) {
      boolean printable =
          (value >= 33 && value <= 126) || (value >= 161 && value <= 172) || value >= 174;
      CHARACTERS[value] = printable ? (char) value : next++;
      BYTES[CHARACTERS[value]] = (short) value;
    }
  }

  private ByteAlphabet() {}

  /** The character that stands for a byte (0-255). */
  static char character(int value) {
    return CHARACTERS[value];
  }

  /**
   * The bytes a token's text stands for. A text with a character outside the alphabet stands for
   * its own UTF-8, as Hugging Face's byte-level decoder has it.
   */
  static byte[] bytes(String token) {
    byte[] bytes = new byte[token.length()];
    for (int at = 0; at < bytes.length; at++) {
      char character = token.charAt(at);
      int value = character < BYTES.length ? BYTES[character] : -1;
      if (value < 0) {
        return token.getBytes(StandardCharsets.UTF_8);
      }
      bytes[at] = (byte) value;
    }
    return bytes;
  }
}
