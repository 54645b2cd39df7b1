package org.codeaudit.rule;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToIntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.codeaudit.change.FileChange;
import org.codeaudit.change.Line;
import org.codeaudit.prompt.Side;
import org.codeaudit.syntax.Comments;
import org.codeaudit.syntax.ParsedCode;

/**
 * The remarks in the code of one side of a file, by their lines. Only comments count, never the
 * text of a string. Of a language that is not parsed the remark must follow a sign that begins
 * comments in some language.
 */
final class InlineIgnores {
  private static final InlineIgnores NONE = new InlineIgnores(Map.of());

  /** What begins comments in languages without a grammar. */
  private static final String SIGN =
      "(?:#|//|--|;|%|/\\*|<!--|<%--|\\(\\*|\\{-|\\{#|\\bREM\\b|^\\s*\\*)[#/;%*!-]*\\s*";

  private static final Pattern COMMENT = Pattern.compile(SIGN + InlineIgnore.MARK);

  /** Where an apostrophe begins one. */
  private static final Set<String> BASIC = Set.of("visual basic", "classic asp");

  private static final Pattern BASIC_COMMENT =
      Pattern.compile("(?:'|\\bREM\\b)\\s*" + InlineIgnore.MARK, Pattern.CASE_INSENSITIVE);

  /**
   * The remarks of a line.
   *
   * @param alone whether nothing else stands there, so that they are about the next line too
   */
  private record Remarks(List<InlineIgnore> ignores, boolean alone) {}

  private final Map<Integer, Remarks> byLine;

  private InlineIgnores(Map<Integer, Remarks> byLine) {
    this.byLine = byLine;
  }

  /** Those of a side, as far as its lines are at hand. */
  static InlineIgnores of(FileChange file, Side side) {
    Optional<String> whole = side == Side.NEW ? file.content() : Optional.empty();
    ToIntFunction<Line> number = side == Side.NEW ? Line::newNumber : Line::oldNumber;
    List<Line> changed =
        file.hunks().stream()
            .flatMap(hunk -> hunk.lines().stream())
            .filter(line -> number.applyAsInt(line) > 0)
            .toList();
    String text =
        whole.orElseGet(() -> changed.stream().map(Line::text).collect(Collectors.joining("\n")));
    if (!text.contains(InlineIgnore.MARK)) {
      return NONE;
    }
    List<Comments.Line> lines = comments(file.language(), text);
    Map<Integer, Remarks> byLine = new HashMap<>();
    for (int i = 0; i < lines.size(); i++) {
      List<InlineIgnore> ignores = InlineIgnore.of(lines.get(i).comment());
      if (!ignores.isEmpty()) {
        int line = whole.isPresent() ? i + 1 : number.applyAsInt(changed.get(i));
        byLine.put(line, new Remarks(ignores, lines.get(i).alone()));
      }
    }
    return new InlineIgnores(byLine);
  }

  private static List<Comments.Line> comments(Optional<String> language, String text) {
    Pattern sign = language.filter(BASIC::contains).isPresent() ? BASIC_COMMENT : COMMENT;
    return language
        .flatMap(name -> ParsedCode.parse(name, text))
        .map(Comments::lines)
        .orElseGet(() -> Stream.of(text.split("\n", -1)).map(line -> comment(line, sign)).toList());
  }

  private static Comments.Line comment(String line, Pattern sign) {
    Matcher comment = sign.matcher(line);
    if (!comment.find() || isOpen(line.substring(0, comment.start()))) {
      return new Comments.Line("", false);
    }
    return new Comments.Line(
        line.substring(comment.start()), line.substring(0, comment.start()).isBlank());
  }

  /** Whether what follows on the line seems to stand in a string. */
  private static boolean isOpen(String before) {
    return "\"'`"
        .chars()
        .anyMatch(quote -> before.chars().filter(c -> c == quote).count() % 2 == 1);
  }

  /**
   * What they say of a finding on this side: those on its lines, and on a line of their own above.
   */
  Ruling ruling(FindingFacts finding) {
    if (byLine.isEmpty() || finding.lineStart().isEmpty()) {
      return Ruling.NONE;
    }
    int first = finding.lineStart().getAsInt();
    int last = finding.lineEnd().orElse(first);
    List<InlineIgnore> near = new ArrayList<>();
    IntStream.rangeClosed(first, last)
        .mapToObj(byLine::get)
        .filter(remarks -> remarks != null)
        .forEach(remarks -> near.addAll(remarks.ignores()));
    Optional.ofNullable(byLine.get(first - 1))
        .filter(Remarks::alone)
        .ifPresent(remarks -> near.addAll(remarks.ignores()));
    return near.stream()
        .filter(ignore -> ignore.matches(finding))
        .map(InlineIgnore::ruling)
        .reduce(Ruling.NONE, Ruling::or);
  }
}
