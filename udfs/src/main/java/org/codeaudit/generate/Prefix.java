package org.codeaudit.generate;

import java.util.Arrays;
import java.util.Optional;
import org.codeaudit.model.SequenceStep;

/**
 * First tokens that several prompts share. The model computes them once, as a sequence of its own
 * without choices, or they are left of a sequence that has ended; the sequences of those prompts
 * begin with its positions.
 */
final class Prefix {
  private final int[] tokens;
  private final int handle;
  private final Optional<Prefix> parent;
  private final int inherited;
  private final int room;
  private int computed;
  private int users;
  private long lastUse = System.nanoTime();

  /**
   * @param tokens from the beginning of the prompts on
   * @param handle the model's, of a sequence that begins with the inherited positions
   * @param parent another prefix that it begins with; it is in use from here on
   * @param inherited how many positions of the parent; 0 without one
   */
  Prefix(int[] tokens, int handle, Optional<Prefix> parent, int inherited) {
    this.tokens = tokens;
    this.handle = handle;
    this.parent = parent;
    this.inherited = inherited;
    this.room = tokens.length - inherited;
    this.computed = inherited;
    parent.ifPresent(Prefix::use);
  }

  /** What a sequence that has ended leaves in its slot: all of it is computed. */
  Prefix(Sequence ended, CacheSlot slot) {
    this.tokens = ended.computedTokens();
    this.handle = slot.handle();
    this.parent = slot.prefix();
    this.inherited = slot.shared();
    this.room = slot.capacity() - inherited;
    this.computed = tokens.length;
    parent.ifPresent(Prefix::use);
  }

  int handle() {
    return handle;
  }

  int length() {
    return tokens.length;
  }

  /** Positions of the cache that are its own. */
  int ownLength() {
    return room;
  }

  int inherited() {
    return inherited;
  }

  Optional<Prefix> parent() {
    return parent;
  }

  /** Whether all of it is computed. */
  boolean ready() {
    return computed == tokens.length;
  }

  /** Tokens the model has not computed yet. */
  int pending() {
    return tokens.length - computed;
  }

  /** Its next tokens as a step. */
  SequenceStep step(int count) {
    return new SequenceStep(
        handle, Arrays.copyOfRange(tokens, computed, computed + count), Optional.empty());
  }

  /** Counts a step's tokens as computed. */
  void stepped(int count) {
    computed += count;
  }

  /** How many first tokens it shares with a prompt, not counting the prompt's last one. */
  int common(int[] prompt) {
    return common(tokens, prompt);
  }

  /** How many first tokens two prompts share, not counting the second one's last. */
  static int common(int[] one, int[] other) {
    int mismatch = Arrays.mismatch(one, other);
    return Math.min(mismatch < 0 ? one.length : mismatch, other.length - 1);
  }

  /** Another sequence or prefix begins with it. */
  void use() {
    users++;
    lastUse = System.nanoTime();
  }

  /** One of those is gone. */
  void release() {
    users--;
  }

  /** How many sequences and other prefixes begin with it. */
  int users() {
    return users;
  }

  long lastUse() {
    return lastUse;
  }
}
