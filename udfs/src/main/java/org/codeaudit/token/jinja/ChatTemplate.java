package org.codeaudit.token.jinja;

import java.time.Clock;
import java.util.HashMap;
import java.util.Map;

/**
 * A parsed chat template. Rendering is bounded in steps, characters and depth. Immutable and thread
 * safe.
 */
public final class ChatTemplate {
  private final Statement.Block block;
  private final Clock clock;

  private ChatTemplate(Statement.Block block, Clock clock) {
    this.block = block;
    this.clock = clock;
  }

  /**
   * Parses a template.
   *
   * @param clock what {@code strftime_now} reads
   * @throws org.codeaudit.AuditException if it is malformed or uses an unknown construct, naming
   *     the line
   */
  public static ChatTemplate parse(String template, Clock clock) {
    try {
      return new ChatTemplate(Parser.parse(template), clock);
    } catch (StackOverflowError e) {
      throw TemplateErrors.limit("more nesting than the parser can follow");
    }
  }

  /**
   * Renders the template.
   *
   * @param variables numbers, booleans, lists and maps, {@code null} for Python's {@code None}, and
   *     strings: a {@code String} is untrusted, and so is every character a template makes of it; a
   *     {@link Text} says itself what it is
   * @throws org.codeaudit.AuditException if the template fails, refuses the messages or exceeds its
   *     bounds
   */
  public Text render(Map<String, ?> variables) {
    Map<String, Object> values = new HashMap<>();
    variables.forEach((name, value) -> values.put(name, Values.of(value)));
    Text.Builder out = new Text.Builder();
    try {
      block.execute(Context.of(values, clock), out);
    } catch (StackOverflowError e) {
      throw TemplateErrors.limit("more nesting than the stack holds");
    }
    return out.build();
  }
}
