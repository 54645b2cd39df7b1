package org.codeaudit.job.chat;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What was typed: a message, or a command with its argument. A line that ends with a backslash goes
 * on in the next one; what stands between {@code """} and {@code """} is one message, whatever is
 * in it.
 *
 * @param command its name, without the slash; empty for a message
 * @param text the message or the argument, without white space around it
 */
record Entry(Optional<String> command, String text) {
  private static final String QUOTES = "\"\"\"";
  private static final Pattern COMMAND =
      Pattern.compile("/([A-Za-z]+)(?:\\s+(.*))?", Pattern.DOTALL);

  /** Whether an entry ends where these lines end. */
  static boolean complete(String lines) {
    String typed = lines.stripTrailing();
    if (typed.startsWith(QUOTES)) {
      return typed.length() >= 2 * QUOTES.length() && typed.endsWith(QUOTES);
    }
    return !lines.endsWith("\\");
  }

  /** The entry of complete lines. */
  static Entry of(String lines) {
    if (lines.startsWith(QUOTES)) {
      String inner = lines.stripTrailing().substring(QUOTES.length());
      return message(
          inner.endsWith(QUOTES) ? inner.substring(0, inner.length() - QUOTES.length()) : inner);
    }
    String text = lines.replaceAll("\\\\(\n|$)", "$1");
    Matcher matcher = COMMAND.matcher(text);
    return matcher.matches()
        ? new Entry(
            Optional.of(matcher.group(1)), Optional.ofNullable(matcher.group(2)).orElse("").strip())
        : message(text);
  }

  private static Entry message(String text) {
    return new Entry(Optional.empty(), text.strip());
  }
}
