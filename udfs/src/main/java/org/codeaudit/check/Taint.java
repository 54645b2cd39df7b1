package org.codeaudit.check;

import java.io.Serializable;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Where a check that follows values begins, and where it stops.
 *
 * @param sources code that gives a value from outside, found anywhere in a line
 * @param sanitizers calls after which a value is harmless, found in their text as {@link
 *     org.codeaudit.syntax.flow.FlowCall} writes it
 * @param guards conditions that let only harmless values pass, found in a line that controls the
 *     line in question and names the value
 */
public record Taint(List<Pattern> sources, List<Pattern> sanitizers, List<Pattern> guards)
    implements Serializable {
  /** For checks that are not about values. */
  public static final Taint NONE = new Taint(List.of(), List.of(), List.of());

  public Taint {
    sources = List.copyOf(sources);
    sanitizers = List.copyOf(sanitizers);
    guards = List.copyOf(guards);
  }

  /** Both together. */
  public Taint and(Taint other) {
    return new Taint(
        both(sources, other.sources),
        both(sanitizers, other.sanitizers),
        both(guards, other.guards));
  }

  private static List<Pattern> both(List<Pattern> some, List<Pattern> more) {
    return Stream.concat(some.stream(), more.stream()).toList();
  }
}
