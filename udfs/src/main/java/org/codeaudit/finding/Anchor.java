package org.codeaudit.finding;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.codeaudit.prompt.Side;
import org.codeaudit.prompt.UnitLine;

/**
 * Where a quote was found in the code.
 *
 * @param side which side of the change; empty if unmatched
 * @param lineStart first line, 1-based, on that side
 * @param lineEnd last line, inclusive
 * @param lines the lines it was found on; empty if unmatched
 */
public record Anchor(
    AnchorStatus status,
    Optional<Side> side,
    OptionalInt lineStart,
    OptionalInt lineEnd,
    List<UnitLine> lines) {

  /** A quote that was not found. */
  public static final Anchor UNMATCHED =
      new Anchor(
          AnchorStatus.UNMATCHED,
          Optional.empty(),
          OptionalInt.empty(),
          OptionalInt.empty(),
          List.of());

  public Anchor {
    lines = List.copyOf(lines);
  }

  /** The declaration that encloses the first line; empty if there is none. */
  public String enclosing() {
    return lines.isEmpty() ? "" : lines.get(0).enclosing();
  }
}
