package org.codeaudit.fetch;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.codeaudit.Hashes;

/**
 * What the bytes of a file must hash to.
 *
 * @param kind how it is computed
 * @param hex lower-case hexadecimal digits
 */
record Checksum(Kind kind, String hex) {
  enum Kind {
    /** SHA-256 of the bytes: large files, which the hub keeps outside git. */
    SHA_256("SHA-256"),
    /** SHA-1 of {@code "blob "}, the size, a zero byte and the bytes: git's name of a file. */
    GIT_BLOB("SHA-1");

    private final String algorithm;

    Kind(String algorithm) {
      this.algorithm = algorithm;
    }
  }

  /** A digest that is ready for the first byte of a file of this size. */
  MessageDigest begin(long size) {
    MessageDigest digest = Hashes.begin(kind.algorithm);
    if (kind == Kind.GIT_BLOB) {
      digest.update(("blob " + size + "\0").getBytes(StandardCharsets.US_ASCII));
    }
    return digest;
  }

  @Override
  public String toString() {
    return kind + " " + hex;
  }
}
