package org.codeaudit.generate.request;

/**
 * Thrown for a request that was withdrawn before anything was computed for it; there is nothing
 * wrong with the request.
 */
public final class NotStarted extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** For the row of this key. */
  public NotStarted(String key) {
    super("Row " + key + " was not started", null, false, false);
  }
}
