package org.codeaudit.packages;

import java.io.IOException;

/** A whole wheel was read, and it is not what it should be. */
public final class WheelSpoiled extends IOException {
  private static final long serialVersionUID = 1L;

  WheelSpoiled(String message) {
    super(message);
  }

  WheelSpoiled(String message, Throwable cause) {
    super(message, cause);
  }
}
