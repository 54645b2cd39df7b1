package org.codeaudit.job.chat;

/**
 * A message and the answer to it, as far as it got; empty if it was stopped before its first token.
 *
 * @param facts how the answer ended and how long it took
 */
record Turn(String message, String answer, String facts) {}
