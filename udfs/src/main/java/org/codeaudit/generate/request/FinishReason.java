package org.codeaudit.generate.request;

/** Why an answer ended. */
public enum FinishReason {
  /** An end token or a stop string came. */
  STOP,
  /** The grammar's answer is whole. */
  COMPLETE,
  /** The limit of new tokens was reached. */
  LENGTH,
  /** The model's context was full. */
  CONTEXT
}
