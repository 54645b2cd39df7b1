package org.codeaudit.token;

/**
 * Bytes to text, a few at a time: a character is returned as soon as it is complete. Every maximal
 * part of an ill-formed sequence becomes one U+FFFD (Unicode 15, section 3.9, table 3-8), as in
 * Rust's {@code from_utf8_lossy}, which Hugging Face's decoder uses; Java's own decoder differs on
 * encoded surrogates.
 */
final class Utf8Decoder {
  private static final char REPLACEMENT = '\uFFFD';

  private int codePoint;

  /** Continuation bytes that the current character still lacks; 0 between characters. */
  private int missing;

  /** The range the next continuation byte must be in. */
  private int lowest;

  private int highest;

  /** Decodes bytes and appends every character they complete. */
  void decode(byte[] bytes, StringBuilder text) {
    for (byte signed : bytes) {
      int value = signed & 0xFF;
      if (missing > 0 && (value < lowest || value > highest)) {
        text.append(REPLACEMENT);
        missing = 0;
      }
      if (missing > 0) {
        resume(value, text);
      } else {
        begin(value, text);
      }
    }
  }

  /** Ends the text: an unfinished character becomes U+FFFD. */
  void finish(StringBuilder text) {
    if (missing > 0) {
      text.append(REPLACEMENT);
      missing = 0;
    }
  }

  private void resume(int value, StringBuilder text) {
    codePoint = codePoint << 6 | value & 0x3F;
    missing--;
    lowest = 0x80;
    highest = 0xBF;
    if (missing == 0) {
      text.appendCodePoint(codePoint);
    }
  }

  private void begin(int value, StringBuilder text) {
    lowest = 0x80;
    highest = 0xBF;
    if (value < 0x80) {
      text.append((char) value);
    } else if (value >= 0xC2 && value <= 0xDF) {
      codePoint = value & 0x1F;
      missing = 1;
    } else if (value >= 0xE0 && value <= 0xEF) {
      codePoint = value & 0x0F;
      missing = 2;
      // No overlong forms, no surrogates.
      lowest = value == 0xE0 ? 0xA0 : 0x80;
      highest = value == 0xED ? 0x9F : 0xBF;
    } else if (value >= 0xF0 && value <= 0xF4) {
      codePoint = value & 0x07;
      missing = 3;
      // No overlong forms, nothing above U+10FFFF.
      lowest = value == 0xF0 ? 0x90 : 0x80;
      highest = value == 0xF4 ? 0x8F : 0xBF;
    } else {
      text.append(REPLACEMENT);
    }
  }
}
