package org.codeaudit.finding;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.codeaudit.Hashes;
import org.codeaudit.change.ChangeKind;
import org.codeaudit.change.FileChange;
import org.codeaudit.syntax.CodeWithoutComments;
import org.codeaudit.syntax.FunctionSpan;
import org.codeaudit.syntax.Functions;
import org.codeaudit.syntax.ParsedCode;

/**
 * A whole file, to tell whether the code that a finding is about has changed: the function around
 * its line, or the lines beside it where no function is or the file has no grammar. Comments, white
 * space and the place in the file do not count. Secrets are redacted before anything is hashed, so
 * that no one can test guesses against the hash.
 */
public final class AnchoredCode {
  /** Lines before and after one that stands in no function. */
  private static final int BESIDE = 3;

  private static final Pattern WHITE_SPACE = Pattern.compile("\\s+");

  private final Optional<String> language;
  private final String content;
  private final List<String> lines;

  /** Most files have no finding, and are not parsed for one. */
  private Parsed parsed;

  private AnchoredCode(Optional<String> language, String content) {
    this.language = language;
    this.content = content;
    this.lines = content.lines().toList();
  }

  /**
   * What is known of a file once it is read.
   *
   * @param code its lines without comments
   * @param shas of functions and lines for which they were asked
   */
  private record Parsed(
      List<String> code,
      Optional<Functions> functions,
      SecretRedactor redactor,
      Map<Lines, String> shas) {}

  /** From one line to another, both included; 1-based, perhaps beyond the file. */
  private record Lines(int first, int last) {}

  /** The code of a file that is reviewed whole; empty for a change. */
  public static Optional<AnchoredCode> of(FileChange file) {
    return file.kind() == ChangeKind.FILE
        ? file.content().map(text -> of(file.language(), text))
        : Optional.empty();
  }

  /**
   * The code of a file.
   *
   * @param language lower-case name as of {@link org.codeaudit.change.FileChange}, if known
   */
  public static AnchoredCode of(Optional<String> language, String content) {
    return new AnchoredCode(language, content);
  }

  /**
   * The hash of the code around a line.
   *
   * @param line 1-based; one beyond the end has the hash of nothing
   */
  public String sha(int line) {
    Parsed file = parsed();
    Optional<FunctionSpan> function = file.functions().flatMap(all -> all.enclosing(line));
    int first = function.map(FunctionSpan::firstLine).orElse(line - BESIDE);
    int last = function.map(FunctionSpan::lastLine).orElse(line + BESIDE);
    return file.shas().computeIfAbsent(new Lines(first, last), lines -> sha(file, lines));
  }

  private static String sha(Parsed file, Lines lines) {
    StringBuilder around = new StringBuilder();
    int last = Math.min(file.code().size(), lines.last());
    for (int i = Math.max(1, lines.first()); i <= last; i++) {
      around.append(file.code().get(i - 1)).append('\n');
    }
    return Hashes.key("code", dense(file.redactor().redact(around.toString())));
  }

  /** How many lines the file has. */
  public int lines() {
    return lines.size();
  }

  /**
   * A line without white space.
   *
   * @param line 1-based
   */
  public String reading(int line) {
    return dense(lines.get(line - 1));
  }

  /** As {@link #reading}, with secrets redacted. */
  public String redactedReading(int line) {
    return dense(parsed().redactor().redact(lines.get(line - 1)));
  }

  /**
   * What a line reads as if a quote begins there; empty if the quote says nothing.
   *
   * @param quote what a finding quotes
   */
  public static Optional<String> opening(String quote) {
    return quote.lines().map(AnchoredCode::dense).filter(line -> !line.isEmpty()).findFirst();
  }

  private Parsed parsed() {
    if (parsed == null) {
      Optional<ParsedCode> tree = language.flatMap(name -> ParsedCode.parse(name, content));
      parsed =
          new Parsed(
              tree.map(code -> CodeWithoutComments.of(code).lines().toList()).orElse(lines),
              tree.map(Functions::of),
              SecretRedactor.knowing(content),
              new HashMap<>());
    }
    return parsed;
  }

  private static String dense(String text) {
    return WHITE_SPACE.matcher(text).replaceAll("");
  }
}
