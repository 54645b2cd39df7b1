package org.codeaudit.rule;

import java.util.Optional;

/**
 * What became of a finding.
 *
 * @param suppression empty if it needs attention
 * @param note why something that looks as if it suppressed the finding does not; empty if there is
 *     nothing like that, or something else suppresses it
 */
public record Ruling(Optional<Suppression> suppression, Optional<String> note) {
  /** Nobody has said anything. */
  public static final Ruling NONE = new Ruling(Optional.empty(), Optional.empty());

  static Ruling of(Suppression suppression) {
    return new Ruling(Optional.of(suppression), Optional.empty());
  }

  static Ruling noted(String note) {
    return new Ruling(Optional.empty(), Optional.of(note));
  }

  /** This one if it suppresses, else the other if that does, else the first note of the two. */
  Ruling or(Ruling other) {
    if (suppression.isPresent() || other.suppression.isPresent()) {
      return suppression.isPresent() ? this : other;
    }
    return note.isPresent() ? this : other;
  }
}
