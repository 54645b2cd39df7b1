package org.codeaudit.packages;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** A wheel, wherever it lies. */
public interface Wheel {

  /** Where it lies, for messages; holds no secret. */
  String place();

  /** Its SHA-256 in lower-case hexadecimal digits; empty where its index names none. */
  Optional<String> sha256();

  /**
   * Its bytes from the first on; the caller closes the stream.
   *
   * @throws IOException if they cannot be read now
   */
  InputStream open() throws IOException;
}
