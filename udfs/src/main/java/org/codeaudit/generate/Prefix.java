package org.codeaudit.generate;

import java.util.Arrays;
import java.util.Optional;
import org.codeaudit.model.SequenceStep;

/**
 * A beginning that several prompts share. The model computes it once, as a sequence of its own that
 * chooses nothing; others begin with its positions.
 */
final class Prefix {
  private final int[] tokens;
  private final int handle;
  private final Optional<Prefix> parent;
  private final int inherited;
  private int computed;
  private int users;
  private long lastUse = System.nanoTime();

  /**
   * @param tokens from the beginning of the prompts on
   * @param handle the model's, of a sequence that begins with the inherited positions
   * @param parent another prefix, whose first positions it begins with
   * @param inherited how many of them; 0 without a parent
   */
  Prefix(int[] tokens, int handle, Optional<Prefix> parent, int inherited) {
    this.tokens = tokens;
    this.handle = handle;
    this.parent = parent;
    this.inherited = inherited;
    this.computed = inherited;
    parent.ifPresent(Prefix::use);
  }

  int handle() {
    return handle;
  }

  /** Positions of the cache that are its own. */
  int ownLength() {
    return tokens.length - inherited;
  }

  int inherited() {
    return inherited;
  }

  Optional<Prefix> parent() {
    return parent;
  }

  boolean ready() {
    return computed == tokens.length;
  }

  int pending() {
    return tokens.length - computed;
  }

  /** The next tokens to compute. */
  SequenceStep step(int count) {
    return new SequenceStep(
        handle, Arrays.copyOfRange(tokens, computed, computed + count), Optional.empty());
  }

  void stepped(int count) {
    computed += count;
  }

  /** How many of a prompt's first tokens are its first, but for the prompt's last one. */
  int common(int[] prompt) {
    return common(tokens, prompt);
  }

  /** How many first tokens two prompts have in common, but for the second one's last. */
  static int common(int[] one, int[] other) {
    int mismatch = Arrays.mismatch(one, other);
    return Math.min(mismatch < 0 ? one.length : mismatch, other.length - 1);
  }

  void use() {
    users++;
    lastUse = System.nanoTime();
  }

  void release() {
    users--;
  }

  /** Whether sequences or other prefixes begin with it. */
  boolean used() {
    return users > 0;
  }

  long lastUse() {
    return lastUse;
  }
}
