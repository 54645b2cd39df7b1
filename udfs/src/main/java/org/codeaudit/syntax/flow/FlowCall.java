package org.codeaudit.syntax.flow;

/**
 * A function that a value goes through.
 *
 * @param name as the code names it, e.g. {@code encoder.encode}
 * @param argument the 0-based position the value is given at; {@link #NO_ARGUMENT} where the
 *     function is called on the value, or gives it back from code of its own
 */
public record FlowCall(String name, int argument) {
  /** Of a value that is no argument of the call. */
  public static final int NO_ARGUMENT = -1;

  /** For patterns: {@code encoder.encode(0)} for the first argument, else {@code text.trim()}. */
  @Override
  public String toString() {
    return name + "(" + (argument == NO_ARGUMENT ? "" : argument) + ")";
  }
}
