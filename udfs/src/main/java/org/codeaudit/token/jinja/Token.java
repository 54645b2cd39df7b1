package org.codeaudit.token.jinja;

/**
 * A piece of a template.
 *
 * @param text the characters; of a string literal its value, of a number its digits
 * @param line where it begins, from 1
 */
record Token(Kind kind, String text, int line) {
  enum Kind {
    DATA,
    VARIABLE_BEGIN,
    VARIABLE_END,
    BLOCK_BEGIN,
    BLOCK_END,
    NAME,
    STRING,
    INTEGER,
    FLOAT,
    OPERATOR,
    END
  }

  boolean operator(String symbol) {
    return kind == Kind.OPERATOR && text.equals(symbol);
  }

  boolean name(String word) {
    return kind == Kind.NAME && text.equals(word);
  }

  @Override
  public String toString() {
    return switch (kind) {
      case END -> "the end of the template";
      case BLOCK_END, VARIABLE_END -> "the end of the tag";
      case DATA -> "text";
      default -> "'" + text + "'";
    };
  }
}
