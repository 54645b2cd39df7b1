package org.codeaudit.review;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.codeaudit.change.Line;
import org.codeaudit.check.Check;
import org.codeaudit.check.Taint;
import org.codeaudit.syntax.ParsedCode;
import org.codeaudit.syntax.flow.Flow;
import org.codeaudit.syntax.flow.FlowCall;
import org.codeaudit.syntax.flow.FlowPath;
import org.codeaudit.syntax.flow.Slice;

/**
 * What a parser knows of a unit that a small model overlooks: where the values of a line come from.
 */
final class Evidence {
  /** Of nothing. */
  static final Evidence NONE = new Evidence(List.of(), Optional.empty());

  private static final int MOST_LINES = 60;

  private final List<String> lines;
  private final Optional<Flow> flow;

  private Evidence(List<String> lines, Optional<Flow> flow) {
    this.lines = lines;
    this.flow = flow;
  }

  /** Of the unit as it is after the change. */
  static Evidence of(ReviewedCode code) {
    List<String> lines = new ArrayList<>();
    code.lines().stream()
        .filter(shown -> !code.change() || shown.line().kind() != Line.Kind.REMOVED)
        .forEach(shown -> lines.add(shown.text()));
    Optional<Flow> flow =
        code.language()
            .flatMap(language -> ParsedCode.parse(language, String.join("\n", lines)))
            .map(Flow::of);
    return new Evidence(lines, flow);
  }

  /**
   * The evidence about a line; nothing known for a check that is not about values, and for code
   * that cannot be parsed.
   *
   * @param quote one of {@link ReviewedCode#candidates}
   */
  Reach at(Check check, String quote) {
    int line = 1 + lines.stream().map(String::strip).toList().indexOf(quote);
    return line == 0 ? Reach.UNKNOWN : at(check, line);
  }

  /**
   * As {@link #at(Check, String)}, of a line by its number.
   *
   * @param line 1-based, among the unit's lines as they are after the change
   */
  Reach at(Check check, int line) {
    if (flow.isEmpty() || !check.followsValues() || line > lines.size()) {
      return Reach.UNKNOWN;
    }
    Taint taint = check.taint();
    List<FlowPath> harmful =
        flow.get().to(line, taint.sources()).stream()
            .filter(path -> !isSanitized(path, taint) && !isService(path))
            .toList();
    List<String> guards = harmful.isEmpty() ? List.of() : guards(line, taint);
    // Those from a pattern come first.
    return harmful.stream()
        .filter(path -> !isGuarded(path, guards))
        .findFirst()
        .map(Reach::by)
        .orElse(Reach.RULED_OUT);
  }

  /** The lines that decide a line and hold a guard. */
  private List<String> guards(int line, Taint taint) {
    if (taint.guards().isEmpty()) {
      return List.of();
    }
    return Slice.of(flow.get(), line, MOST_LINES).stream()
        .flatMap(slice -> slice.lines().stream())
        .filter(number -> number != line)
        .map(number -> lines.get(number - 1))
        .filter(text -> taint.guards().stream().anyMatch(guard -> guard.matcher(text).find()))
        .toList();
  }

  /** Whether one of the guards lets only some values of those on the way pass. */
  private static boolean isGuarded(FlowPath path, List<String> guards) {
    Set<String> names = new HashSet<>(Set.of(path.source()));
    path.steps().forEach(step -> names.add(step.name()));
    return guards.stream().anyMatch(text -> names.stream().anyMatch(name -> isNamed(text, name)));
  }

  private static boolean isNamed(String text, String name) {
    return !name.isEmpty()
        && Pattern.compile("(?<![\\w$])" + Pattern.quote(name) + "(?![\\w$])").matcher(text).find();
  }

  /**
   * Whether the value is a parameter that the line only calls: what works, not what is worked on.
   */
  private static boolean isService(FlowPath path) {
    List<FlowCall> last = path.steps().get(path.steps().size() - 1).calls();
    return path.origin() == FlowPath.Origin.PARAMETER
        && !last.isEmpty()
        && last.stream().allMatch(call -> call.argument() == FlowCall.NO_ARGUMENT);
  }

  private static boolean isSanitized(FlowPath path, Taint taint) {
    return path.calls().stream()
        .anyMatch(
            call ->
                taint.sanitizers().stream()
                    .anyMatch(pattern -> pattern.matcher(call.toString()).find()));
  }
}
