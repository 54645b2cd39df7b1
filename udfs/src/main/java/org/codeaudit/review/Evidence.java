package org.codeaudit.review;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.codeaudit.change.Line;
import org.codeaudit.check.Check;
import org.codeaudit.check.Taint;
import org.codeaudit.syntax.ParsedCode;
import org.codeaudit.syntax.flow.Flow;
import org.codeaudit.syntax.flow.FlowCall;
import org.codeaudit.syntax.flow.FlowPath;
import org.codeaudit.syntax.flow.Slice;

/**
 * What a small model overlooks although it is plain to see in a unit: signs of defects and, found
 * by a parser, where the values of a line come from.
 */
final class Evidence {
  /** No evidence. */
  static final Evidence NONE = new Evidence(Optional.empty(), List.of(), Optional.empty());

  private static final int MOST_LINES = 60;

  private final Optional<String> language;
  private final List<String> lines;
  private final Map<String, Integer> numbers = new HashMap<>();
  private final String text;
  private final Optional<Flow> flow;
  private final Map<Check, Set<String>> signed = new HashMap<>();

  private Evidence(Optional<String> language, List<String> lines, Optional<Flow> flow) {
    this.language = language;
    this.lines = lines;
    this.text = String.join("\n", lines);
    this.flow = flow;
    for (int i = 0; i < lines.size(); i++) {
      numbers.putIfAbsent(lines.get(i).strip(), i + 1);
    }
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
    return new Evidence(code.language(), lines, flow);
  }

  /**
   * What is known of the lines that a check can stand at, as {@link ReviewedCode} shows them,
   * stripped. One that no value from outside reaches is left out if the check is about such values.
   */
  Map<String, Clues> of(Check check, ReviewedCode code) {
    Set<String> signs = signed(check);
    Map<String, Clues> known = new LinkedHashMap<>();
    for (String line : code.candidates(check, signs)) {
      Clues clues = at(check, numbers.getOrDefault(line, 0), signs);
      if (!clues.isRuledOut()) {
        known.put(line, clues);
      }
    }
    return known;
  }

  /** The lines with a sign, stripped; equal lines are not distinguished. */
  private Set<String> signed(Check check) {
    return signed.computeIfAbsent(check, this::find);
  }

  private Set<String> find(Check check) {
    return check.signs().lines(language, text).stream()
        .filter(number -> number <= lines.size())
        .map(number -> lines.get(number - 1).strip())
        .collect(Collectors.toSet());
  }

  /**
   * What is known of one line.
   *
   * @param line 1-based, among the unit's lines as they are after the change
   */
  Clues at(Check check, int line) {
    return at(check, line, signed(check));
  }

  private Clues at(Check check, int line, Set<String> signs) {
    if (line == 0 || line > lines.size()) {
      return Clues.NONE;
    }
    Clues clues = flow(check, line);
    return check.signs().isKnownFor(language)
        ? clues.withSign(signs.contains(lines.get(line - 1).strip()) ? 1 : -1)
        : clues;
  }

  private Clues flow(Check check, int line) {
    if (flow.isEmpty() || !check.followsValues()) {
      return Clues.NONE;
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
        .map(Clues::by)
        .orElse(Clues.RULED_OUT);
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

  /** Whether one of the guards restricts a value on the path. */
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
   * Whether the value is a parameter that the line only calls: a function, not the data it works
   * on.
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
