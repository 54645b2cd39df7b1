package org.codeaudit.token.jinja;

import java.math.BigDecimal;
import java.util.Locale;

/** How Python treats characters and numbers, where that differs from Java. */
final class Python {
  private Python() {}

  /** {@code str.isspace} of one character. */
  static boolean isSpace(int character) {
    return Character.isWhitespace(character)
        || Character.isSpaceChar(character)
        || character == 0x85;
  }

  /** Whether there is at least one character and all are white space. */
  static boolean isSpace(String text) {
    return !text.isEmpty() && text.codePoints().allMatch(Python::isSpace);
  }

  static String stripRight(String text) {
    int end = text.length();
    while (end > 0 && isSpace(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(0, end);
  }

  /** {@code str.title}: letters after something that is no letter in title case, others lower. */
  static String title(String text, boolean wordGoesOn) {
    StringBuilder title = new StringBuilder();
    boolean inWord = wordGoesOn;
    for (int character : text.codePoints().toArray()) {
      String one = Character.toString(character);
      boolean cased = isCased(character);
      if (cased && !inWord) {
        title.appendCodePoint(Character.toTitleCase(character));
      } else {
        title.append(cased ? one.toLowerCase(Locale.ROOT) : one);
      }
      inWord = cased;
    }
    return title.toString();
  }

  static boolean isCased(int character) {
    return Character.isUpperCase(character)
        || Character.isLowerCase(character)
        || Character.isTitleCase(character);
  }

  /** The shortest digits that read back as the same number, written as Python writes them. */
  static String number(double value) {
    if (Double.isNaN(value)) {
      return "nan";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "inf" : "-inf";
    }
    if (value == 0) {
      return 1 / value < 0 ? "-0.0" : "0.0";
    }
    int precision = 1;
    BigDecimal exact = new BigDecimal(value);
    BigDecimal rounded = exact;
    for (; precision <= 17; precision++) {
      rounded = exact.round(new java.math.MathContext(precision, java.math.RoundingMode.HALF_EVEN));
      if (rounded.doubleValue() == value) {
        break;
      }
    }
    rounded = rounded.stripTrailingZeros();
    int exponent = rounded.precision() - rounded.scale() - 1;
    if (exponent >= -4 && exponent < 16) {
      String plain = rounded.toPlainString();
      return plain.contains(".") ? plain : plain + ".0";
    }
    String digits = rounded.unscaledValue().abs().toString();
    String fraction = digits.length() > 1 ? "." + digits.substring(1) : "";
    String sign = exponent < 0 ? "-" : "+";
    return (value < 0 ? "-" : "")
        + digits.charAt(0)
        + fraction
        + "e"
        + sign
        + (Math.abs(exponent) < 10 ? "0" : "")
        + Math.abs(exponent);
  }

  /** {@code repr} of a string, without the quotes around it. */
  static String escape(String text, char quote) {
    StringBuilder escaped = new StringBuilder();
    text.codePoints()
        .forEach(
            character -> {
              switch (character) {
                case '\n' -> escaped.append("\\n");
                case '\r' -> escaped.append("\\r");
                case '\t' -> escaped.append("\\t");
                case '\\' -> escaped.append("\\\\");
                default -> {
                  if (character == quote) {
                    escaped.append('\\').append(quote);
                  } else if (printable(character)) {
                    escaped.appendCodePoint(character);
                  } else {
                    escaped.append(hexadecimal(character));
                  }
                }
              }
            });
    return escaped.toString();
  }

  private static String hexadecimal(int character) {
    String format = character < 0x100 ? "\\x%02x" : character < 0x10000 ? "\\u%04x" : "\\U%08x";
    return String.format(format, character);
  }

  private static boolean printable(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      case Character.SPACE_SEPARATOR -> character == ' ';
      default -> true;
    };
  }

  /** The value of a string literal, given what stands between its quotes. */
  static String unescape(String literal, int line) {
    if (literal.indexOf('\\') < 0) {
      return literal;
    }
    StringBuilder value = new StringBuilder();
    int at = 0;
    while (at < literal.length()) {
      char character = literal.charAt(at++);
      if (character != '\\') {
        value.append(character);
        continue;
      }
      char kind = literal.charAt(at++);
      int simple = "abfnrtv\\'\"".indexOf(kind);
      if (simple >= 0) {
        value.append("\u0007\b\f\n\r\t\u000b\\'\"".charAt(simple));
      } else if (kind >= '0' && kind <= '7') {
        int end = at;
        while (end < literal.length()
            && end < at + 2
            && "01234567".indexOf(literal.charAt(end)) >= 0) {
          end++;
        }
        value.append((char) Integer.parseInt(literal.substring(at - 1, end), 8));
        at = end;
      } else if (kind == 'x' || kind == 'u' || kind == 'U') {
        int digits = kind == 'x' ? 2 : kind == 'u' ? 4 : 8;
        value.appendCodePoint(codePoint(literal, at, digits, line));
        at += digits;
      } else if (kind == 'N') {
        throw TemplateErrors.unsupported(line, "a character by its name, \\N{…}");
      } else if (kind != '\n') {
        value.append('\\').append(kind);
      }
    }
    return value.toString();
  }

  private static int codePoint(String literal, int at, int digits, int line) {
    try {
      int value = Integer.parseInt(literal.substring(at, at + digits), 16);
      if (Character.isValidCodePoint(value)) {
        return value;
      }
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      // Reported below.
    }
    throw TemplateErrors.syntax(
        line, "a string has a character escape that is cut short or invalid");
  }
}
