package org.codeaudit.generate.request;

/**
 * Of a request that was withdrawn before anything was computed for it: nothing is wrong with it.
 */
public final class NotStarted extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Of the row of this key. */
  public NotStarted(String key) {
    super("Row " + key + " was not started", null, false, false);
  }
}
