package org.codeaudit.token.jinja;

/**
 * The value of a missing name, attribute or item: prints as nothing, is false, has no elements; any
 * other use is an error that says what was missing.
 */
record Undefined(String what) {
  @Override
  public boolean equals(Object other) {
    return other instanceof Undefined;
  }

  @Override
  public int hashCode() {
    return 0;
  }
}
