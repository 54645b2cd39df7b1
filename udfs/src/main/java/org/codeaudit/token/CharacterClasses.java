package org.codeaudit.token;

import java.text.Normalizer;

/**
 * The characters of a text by what pre-tokenizers ask of them: {@code \p{L}}, {@code \p{N}}, {@code
 * \s}. Both halves of a surrogate pair have the class of their character.
 */
final class CharacterClasses {
  static final byte OTHER = 0;
  static final byte LETTER = 1;
  static final byte NUMBER = 2;
  static final byte SPACE = 3;

  /** Not the same in every version of Unicode, or in every case folding. */
  private static final byte UNCERTAIN = 4;

  /** The first character that a normal form may change or that may change the one before it. */
  private static final int FIRST_COMBINING = 0x300;

  /** They are an "s" and a "k" to who ignores case. */
  private static final int LONG_S = 0x17F;

  private static final int KELVIN = 0x212A;

  private static final byte[] BASIC = new byte[FIRST_COMBINING];

  static {
    for (int character = 0; character < BASIC.length; character++) {
      BASIC[character] = look(character);
    }
  }

  private CharacterClasses() {}

  /**
   * The class of each character.
   *
   * @param composed whether the text has to be in normal form C as it is
   * @return null if it cannot be told for all of them, or the text is not in that form
   */
  static byte[] of(String text, char[] characters, boolean composed) {
    byte[] classes = new byte[characters.length];
    boolean basic = true;
    for (int at = 0; at < characters.length; at++) {
      char character = characters[at];
      byte known = character < FIRST_COMBINING ? BASIC[character] : UNCERTAIN;
      if (known == UNCERTAIN) {
        basic = false;
        int codePoint = Character.codePointAt(characters, at);
        known = look(codePoint);
        if (known == UNCERTAIN) {
          return null;
        }
        if (codePoint > Character.MAX_VALUE) {
          classes[at++] = known;
        }
      }
      classes[at] = known;
    }
    return !basic && composed && !Normalizer.isNormalized(text, Normalizer.Form.NFC)
        ? null
        : classes;
  }

  private static byte look(int codePoint) {
    if (codePoint == LONG_S || codePoint == KELVIN) {
      return UNCERTAIN;
    }
    return switch (Character.getType(codePoint)) {
      case Character.UPPERCASE_LETTER,
          Character.LOWERCASE_LETTER,
          Character.TITLECASE_LETTER,
          Character.MODIFIER_LETTER,
          Character.OTHER_LETTER ->
          LETTER;
      case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER ->
          NUMBER;
      case Character.SPACE_SEPARATOR, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
          SPACE;
      case Character.UNASSIGNED, Character.SURROGATE -> UNCERTAIN;
      case Character.CONTROL ->
          codePoint >= '\t' && codePoint <= '\r' || codePoint == 0x85 ? SPACE : OTHER;
      default -> OTHER;
    };
  }
}
