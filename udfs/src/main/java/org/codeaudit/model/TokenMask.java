package org.codeaudit.model;

import java.util.BitSet;

/**
 * A large set of tokens that is used again and again. Identity matters: a model may keep the form
 * its device wants for as long as the mask lives, so make one mask per set and keep it.
 */
public final class TokenMask {
  private final BitSet allowed;

  /** A mask that allows the ids set in {@code allowed}, which is copied. */
  public TokenMask(BitSet allowed) {
    this.allowed = (BitSet) allowed.clone();
  }

  /** Whether the id is allowed. */
  public boolean allows(int id) {
    return allowed.get(id);
  }

  /** The allowed ids, ascending. */
  public int[] ids() {
    return allowed.stream().toArray();
  }

  /** How many ids are allowed. */
  public int cardinality() {
    return allowed.cardinality();
  }
}
