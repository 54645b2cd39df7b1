package org.codeaudit.token.jinja;

/** The text of a block that filters apply to; its name is none a template could write. */
final class FilterInput {
  private static final String NAME = "filter input";
  static final Expression EXPRESSION = new Expression.Name(NAME);

  private FilterInput() {}

  /** Evaluates filters whose innermost value is {@link #EXPRESSION}. */
  static Object apply(Expression filtered, Text text, Context context) {
    Context inner = context.inner();
    inner.set(NAME, text);
    return filtered.evaluate(inner);
  }
}
