package org.codeaudit.model;

/** A step failed in a way that concerns the model, not a row: out of memory, a lost device. */
public final class ModelFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ModelFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
