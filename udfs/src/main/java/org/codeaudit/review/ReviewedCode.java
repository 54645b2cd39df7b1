package org.codeaudit.review;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.codeaudit.change.ChangeKind;
import org.codeaudit.change.FileChange;
import org.codeaudit.change.Line;
import org.codeaudit.check.Check;
import org.codeaudit.prompt.Unit;
import org.codeaudit.prompt.UnitLine;

/**
 * A unit as checks see it: without comments, its path and its author's words, which only speak for
 * the code. What is asked is what the code does.
 *
 * @param language as the prompt has it
 * @param change whether it is a diff, whose added lines alone can be found fault with
 * @param lines those shown, without blank ones
 */
public record ReviewedCode(Optional<String> language, boolean change, List<UnitLine> lines) {

  public ReviewedCode {
    lines = List.copyOf(lines);
  }

  /** The code of a unit of a file. */
  public static ReviewedCode of(FileChange file, Unit unit) {
    return new ReviewedCode(
        file.language(), file.kind() != ChangeKind.FILE, shown(file, unit.lines()));
  }

  private static List<UnitLine> shown(FileChange file, List<UnitLine> lines) {
    List<String> texts = lines.stream().map(UnitLine::text).toList();
    List<UnitLine> shown = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      if (!texts.get(i).isBlank()) {
        shown.add(lines.get(i));
      }
    }
    return shown;
  }

  /** What a model is shown, each line with its terminator. */
  public String text() {
    StringBuilder text = new StringBuilder();
    lines.forEach(line -> text.append(prefix(line)).append(line.text()).append('\n'));
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

  /** What it is called in a question. */
  public String noun() {
    return change ? "this change" : "this code";
  }

  /** Lines a finding of a check can be about, stripped, each once. */
  public List<String> candidates(Check check) {
    return lines.stream()
        .filter(line -> line.quotable() && (!change || line.kind() == Line.Kind.ADDED))
        .map(line -> line.text().strip())
        .filter(check::canStandAt)
        .distinct()
        .toList();
  }
}
