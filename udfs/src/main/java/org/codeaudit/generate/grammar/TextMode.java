package org.codeaudit.generate.grammar;

/** A state inside a JSON string: between characters, or within a character or an escape. */
enum TextMode {
  /** Between characters. */
  PLAIN(0),
  /** After a backslash. */
  ESCAPE(1),
  /** Before the first of four hexadecimal digits. */
  HEX_FIRST(4),
  /** After the digit D: the code units D800 to DFFF are halves of characters. */
  HEX_AFTER_D(3),
  HEX_SECOND(3),
  HEX_THIRD(2),
  HEX_FOURTH(1),
  /** Before the last one, two or three bytes of a character. */
  LAST_BYTE(1),
  TWO_BYTES(2),
  THREE_BYTES(3),
  /** After the bytes E0, ED, F0 and F4, which not all bytes may follow (RFC 3629, section 4). */
  AFTER_E0(2),
  AFTER_ED(2),
  AFTER_F0(3),
  AFTER_F4(3),
  /** After a byte that is not allowed. */
  ILLEGAL(0);

  /** The least number of bytes that lead back between characters. */
  private final int needed;

  TextMode(int needed) {
    this.needed = needed;
  }

  int needed() {
    return needed;
  }

  /** The mode after a byte; {@link #ILLEGAL} if it is not allowed, like a quotation mark. */
  TextMode next(int next) {
    return switch (this) {
      case PLAIN -> afterPlain(next);
      case ESCAPE -> afterBackslash(next);
      case HEX_FIRST -> hex(next, next == 'd' || next == 'D' ? HEX_AFTER_D : HEX_SECOND);
      case HEX_AFTER_D -> next <= '7' ? hex(next, HEX_THIRD) : ILLEGAL;
      case HEX_SECOND -> hex(next, HEX_THIRD);
      case HEX_THIRD -> hex(next, HEX_FOURTH);
      case HEX_FOURTH -> hex(next, PLAIN);
      case LAST_BYTE -> within(next, 0x80, 0xbf, PLAIN);
      case TWO_BYTES -> within(next, 0x80, 0xbf, LAST_BYTE);
      case THREE_BYTES -> within(next, 0x80, 0xbf, TWO_BYTES);
      case AFTER_E0 -> within(next, 0xa0, 0xbf, LAST_BYTE);
      case AFTER_ED -> within(next, 0x80, 0x9f, LAST_BYTE);
      case AFTER_F0 -> within(next, 0x90, 0xbf, TWO_BYTES);
      case AFTER_F4 -> within(next, 0x80, 0x8f, TWO_BYTES);
      case ILLEGAL -> ILLEGAL;
    };
  }

  private static TextMode afterPlain(int next) {
    if (next < 0x80) {
      return next < ' ' || next == '"' ? ILLEGAL : next == '\\' ? ESCAPE : PLAIN;
    }
    return switch (next) {
      case 0xe0 -> AFTER_E0;
      case 0xed -> AFTER_ED;
      case 0xf0 -> AFTER_F0;
      case 0xf4 -> AFTER_F4;
      default ->
          next < 0xc2 || next > 0xf4
              ? ILLEGAL
              : next < 0xe0 ? LAST_BYTE : next < 0xf0 ? TWO_BYTES : THREE_BYTES;
    };
  }

  private static TextMode afterBackslash(int next) {
    return next == 'u' ? HEX_FIRST : "\"\\/bfnrt".indexOf(next) >= 0 ? PLAIN : ILLEGAL;
  }

  private static TextMode hex(int next, TextMode after) {
    return Character.digit(next, 16) >= 0 && next < 0x80 ? after : ILLEGAL;
  }

  private static TextMode within(int next, int least, int most, TextMode after) {
    return next >= least && next <= most ? after : ILLEGAL;
  }
}
