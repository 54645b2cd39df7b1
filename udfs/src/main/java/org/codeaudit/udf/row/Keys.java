package org.codeaudit.udf.row;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Keys of rows: SHA-256 over length-prefixed parts, the first 32 hexadecimal digits. The length
 * prefix keeps ("ab", "c") and ("a", "bc") apart; an absent part differs from an empty one.
 */
public final class Keys {
  private static final int DIGITS = 32;

  private Keys() {}

  /** The key of parts, any of which may be null. */
  public static String of(Object... parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (Object part : parts) {
        byte[] bytes = part == null ? null : part.toString().getBytes(StandardCharsets.UTF_8);
        digest.update(
            ((bytes == null ? -1 : bytes.length) + ":").getBytes(StandardCharsets.US_ASCII));
        if (bytes != null) {
          digest.update(bytes);
        }
      }
      return HexFormat.of().formatHex(digest.digest()).substring(0, DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
