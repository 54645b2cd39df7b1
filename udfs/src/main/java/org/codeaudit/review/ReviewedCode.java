package org.codeaudit.review;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.codeaudit.change.ChangeKind;
import org.codeaudit.change.FileChange;
import org.codeaudit.change.Line;
import org.codeaudit.check.Check;
import org.codeaudit.prompt.Side;
import org.codeaudit.prompt.Unit;
import org.codeaudit.prompt.UnitLine;
import org.codeaudit.syntax.CodeWithoutComments;

/**
 * A unit as checks see it: without comments, path and other words of its author, which only speak
 * in favour of the code. Checks ask what the code does.
 *
 * @param language as the prompt has it
 * @param change whether it is a diff, of which only added lines can have findings
 * @param lines those shown, without blank ones
 */
public record ReviewedCode(Optional<String> language, boolean change, List<Shown> lines) {

  /**
   * Lines such as imports, which only name other code: there is no defect in them, whatever the
   * name.
   */
  private static final Pattern IMPORT =
      Pattern.compile(
          "^\\s*(import\\b(?!\\s*\\()|package\\b|using\\s+[\\w.]+\\s*;|#\\s*include\\b"
              + "|from\\s+\\S+\\s+import\\b|require(_\\w+)?\\s*['\"]|use\\s+[\\w\\\\:]+)");

  /**
   * A line without its comments.
   *
   * @param line as the file has it
   * @param text as it is shown
   */
  public record Shown(UnitLine line, String text) {}

  public ReviewedCode {
    lines = List.copyOf(lines);
  }

  /** The code of a unit of a file. */
  public static ReviewedCode of(FileChange file, Unit unit) {
    boolean change = isChange(file);
    return new ReviewedCode(file.language(), change, shown(file, unit.lines(), change));
  }

  /** The same with its comments, to see what these would change. */
  public static ReviewedCode withComments(FileChange file, Unit unit) {
    List<Shown> lines =
        unit.lines().stream()
            .filter(line -> !line.text().isBlank())
            .map(line -> new Shown(line, line.text().stripTrailing()))
            .toList();
    return new ReviewedCode(file.language(), isChange(file), lines);
  }

  private static boolean isChange(FileChange file) {
    return file.kind() != ChangeKind.FILE;
  }

  private static List<Shown> shown(FileChange file, List<UnitLine> lines, boolean change) {
    Map<UnitLine, String> texts = new IdentityHashMap<>();
    for (Side side : change ? List.of(Side.OLD, Side.NEW) : List.of(Side.NEW)) {
      withoutComments(file, lines.stream().filter(line -> isOn(side, line)).toList(), texts);
    }
    return lines.stream()
        .map(line -> new Shown(line, texts.getOrDefault(line, line.text())))
        .filter(line -> !line.text().isBlank())
        .toList();
  }

  /** The two sides of a diff are two texts; lines on both sides are shown as on the new one. */
  private static boolean isOn(Side side, UnitLine line) {
    return side == Side.OLD ? line.kind() != Line.Kind.ADDED : line.kind() != Line.Kind.REMOVED;
  }

  private static void withoutComments(
      FileChange file, List<UnitLine> lines, Map<UnitLine, String> texts) {
    String text = lines.stream().map(UnitLine::text).collect(Collectors.joining("\n"));
    Optional<String> code =
        file.language().flatMap(language -> CodeWithoutComments.of(language, text));
    if (code.isPresent()) {
      String[] parts = code.get().split("\n", -1);
      for (int i = 0; i < lines.size() && parts.length == lines.size(); i++) {
        texts.put(lines.get(i), parts[i].stripTrailing());
      }
    }
  }

  /** What a model is shown, each line with its terminator. */
  public String text() {
    StringBuilder text = new StringBuilder();
    lines.forEach(line -> text.append(prefix(line.line())).append(line.text()).append('\n'));
    return text.toString();
  }

  private String prefix(UnitLine line) {
    if (!change) {
      return "";
    }
    return switch (line.kind()) {
      case ADDED -> "+";
      case REMOVED -> "-";
      case CONTEXT -> " ";
    };
  }

  /** What a question calls it. */
  public String noun() {
    return change ? "this change" : "this code";
  }

  /**
   * Lines that a finding of a check can be about, as they are shown, stripped, without duplicates.
   *
   * @param signed those with a sign of the defect, stripped
   */
  public List<String> candidates(Check check, Set<String> signed) {
    return quotable()
        .map(shown -> shown.text().strip())
        .filter(
            line -> check.canStandAt(line, signed.contains(line)) && !IMPORT.matcher(line).find())
        .distinct()
        .toList();
  }

  /**
   * What a finding quotes: the first line that is shown this way, as it is in the file, stripped.
   *
   * @param candidate one of {@link #candidates}
   */
  public String quote(String candidate) {
    return quotable()
        .filter(shown -> shown.text().strip().equals(candidate))
        .map(shown -> shown.line().text().strip())
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no line is shown so"));
  }

  /**
   * The first line of a region that can be quoted, which is the nearest to where the region begins.
   *
   * @param from 1-based number of a line of the file
   * @param to inclusive
   * @return its place in {@link #lines()}; empty if there is none in this unit
   */
  public OptionalInt firstQuotable(int from, int to) {
    return IntStream.range(0, lines.size())
        .filter(
            place -> {
              int number = lines.get(place).line().newNumber();
              return number >= from && number <= to && isQuotable(lines.get(place));
            })
        .findFirst();
  }

  private Stream<Shown> quotable() {
    return lines.stream().filter(this::isQuotable);
  }

  private boolean isQuotable(Shown shown) {
    return shown.line().quotable() && (!change || shown.line().kind() == Line.Kind.ADDED);
  }
}
