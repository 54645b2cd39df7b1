package org.codeaudit.generate.request;

/** Hears of an answer while it grows. What it throws fails its own request and no other. */
@FunctionalInterface
public interface TokenListener {
  /** One that does not listen. */
  TokenListener NONE = token -> {};

  /**
   * Takes the next token of the answer: once, whether or not the answer is preempted later on, and
   * never one that was only guessed. The tokens are those of {@link Generation#tokens}; so those of
   * a stop string are among them. Called on the engine's thread: it must return at once.
   */
  void accepted(int token);
}
