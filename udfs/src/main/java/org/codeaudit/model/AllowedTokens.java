package org.codeaudit.model;

/** Which tokens may be chosen at one position. */
public sealed interface AllowedTokens {

  /** Every token. */
  record All() implements AllowedTokens {}

  /** A large set that recurs. */
  record Masked(TokenMask mask) implements AllowedTokens {}

  /** A small set made for this position: ids, at least one. */
  record Only(int[] ids) implements AllowedTokens {}

  AllowedTokens ALL = new All();
}
