package org.codeaudit.token.jinja;

/** Limits of one rendering. A template is untrusted data: it must end, and fit into memory. */
final class Budget {
  static final int STEPS = 1 << 22;
  static final long CHARACTERS = 1L << 27;
  static final int DEPTH = 200;

  private int steps;
  private long characters;
  private int depth;

  /** Counts one evaluation of an expression, one statement, or one element made. */
  void step() {
    if (++steps > STEPS) {
      throw TemplateErrors.limit("more than " + STEPS + " steps");
    }
  }

  void steps(long count) {
    if (count > STEPS - steps) {
      throw TemplateErrors.limit("more than " + STEPS + " steps");
    }
    steps += (int) count;
  }

  /** Counts characters that are copied, written or compared. */
  void characters(long count) {
    characters += count;
    if (characters > CHARACTERS) {
      throw TemplateErrors.limit("more than " + CHARACTERS + " characters in all its strings");
    }
  }

  /** Counts what repeating something takes, before it is done. */
  void repetition(long times, long length) {
    if (length > 0 && times > CHARACTERS / length) {
      throw TemplateErrors.limit("more than " + CHARACTERS + " characters in all its strings");
    }
    characters(times * length);
  }

  void enter() {
    if (++depth > DEPTH) {
      throw TemplateErrors.limit("calls or values nested deeper than " + DEPTH);
    }
  }

  void leave() {
    depth--;
  }
}
