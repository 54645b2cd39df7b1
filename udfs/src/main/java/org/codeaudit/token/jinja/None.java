package org.codeaudit.token.jinja;

/** Python's {@code None}. */
enum None {
  NONE
}
