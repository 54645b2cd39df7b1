package org.codeaudit.job.source.skip;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Bytes of a file as text. Nothing is lost: what is not UTF-8 is read as ISO-8859-1, byte by byte.
 *
 * @param utf8 the text in UTF-8: the file's own bytes if they are UTF-8
 */
public record SourceText(String text, byte[] utf8) {
  /** How far git looks for a NUL before it calls a file text. */
  private static final int BINARY_WINDOW = 8000;

  private static final char REPLACEMENT = '\uFFFD';

  /** Whether git would call the file binary: a NUL among its first 8000 bytes; UTF-16 is not. */
  public static boolean isBinary(byte[] bytes) {
    if (byteOrderMark(bytes).isPresent()) {
      return false;
    }
    for (int i = 0; i < Math.min(bytes.length, BINARY_WINDOW); i++) {
      if (bytes[i] == 0) {
        return true;
      }
    }
    return false;
  }

  /**
   * UTF-16 if a byte order mark says so, UTF-8 if it is valid (its mark dropped), else ISO-8859-1.
   */
  public static SourceText of(byte[] bytes) {
    Optional<Charset> utf16 = byteOrderMark(bytes);
    if (utf16.isPresent()) {
      return of(new String(bytes, 2, bytes.length - 2, utf16.get()));
    }
    Optional<String> utf8 = utf8(bytes);
    if (utf8.isEmpty()) {
      return of(new String(bytes, StandardCharsets.ISO_8859_1));
    }
    String text = utf8.get();
    return text.startsWith("\uFEFF") ? of(text.substring(1)) : new SourceText(text, bytes);
  }

  private static SourceText of(String text) {
    return new SourceText(text, text.getBytes(StandardCharsets.UTF_8));
  }

  /** A part of a text: UTF-8 if valid, else ISO-8859-1; marks are content. */
  public static String decodeLine(byte[] bytes) {
    return utf8(bytes).orElseGet(() -> new String(bytes, StandardCharsets.ISO_8859_1));
  }

  /** Empty if it is not valid UTF-8. */
  private static Optional<String> utf8(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    if (text.indexOf(REPLACEMENT) < 0) {
      return Optional.of(text);
    }
    try {
      // The text may hold that character itself; a decoder reports what the constructor replaces.
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException notUtf8) {
      return Optional.empty();
    }
  }

  public static Optional<Charset> byteOrderMark(byte[] bytes) {
    if (bytes.length < 2) {
      return Optional.empty();
    }
    int mark = (bytes[0] & 0xff) << 8 | bytes[1] & 0xff;
    return switch (mark) {
      case 0xfffe -> Optional.of(StandardCharsets.UTF_16LE);
      case 0xfeff -> Optional.of(StandardCharsets.UTF_16BE);
      default -> Optional.empty();
    };
  }
}
