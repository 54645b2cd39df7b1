package org.codeaudit.generate.request;

/** Why an answer ended. */
public enum FinishReason {
  /** The answer reached an end token or a stop string. */
  STOP,
  /** The grammar was complete. */
  COMPLETE,
  /** The limit of new tokens was reached. */
  LENGTH,
  /** The model's context was full. */
  CONTEXT
}
