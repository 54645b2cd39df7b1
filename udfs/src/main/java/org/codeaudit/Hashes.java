package org.codeaudit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Hashes, and keys made of them. What is stored is SHA-256 in lower-case hexadecimal digits. */
public final class Hashes {
  private static final int KEY_DIGITS = 32;

  private Hashes() {}

  /** A SHA-256 before its first byte. */
  public static MessageDigest sha256() {
    return begin("SHA-256");
  }

  /**
   * A hash before its first byte.
   *
   * @param algorithm one that every Java platform has: SHA-1 or SHA-256
   */
  public static MessageDigest begin(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has " + algorithm, e);
    }
  }

  /** Ends a hash. */
  public static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }

  /** The 64 digits of the SHA-256 of bytes. */
  public static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(sha256().digest(bytes));
  }

  /** The 64 digits of the SHA-256 of a text as UTF-8. */
  public static String hex(String text) {
    return hex(text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * A key of several parts: the first 32 digits of the SHA-256 of their texts, each after its
   * length. The lengths keep ("ab", "c") and ("a", "bc") apart; an absent part differs from an
   * empty one.
   *
   * @param parts any of which may be null
   */
  public static String key(Object... parts) {
    MessageDigest digest = sha256();
    for (Object part : parts) {
      byte[] bytes = part == null ? null : part.toString().getBytes(StandardCharsets.UTF_8);
      String length = (bytes == null ? -1 : bytes.length) + ":";
      digest.update(length.getBytes(StandardCharsets.US_ASCII));
      if (bytes != null) {
        digest.update(bytes);
      }
    }
    return hex(digest).substring(0, KEY_DIGITS);
  }
}
