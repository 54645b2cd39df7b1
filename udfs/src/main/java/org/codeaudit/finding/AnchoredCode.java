package org.codeaudit.finding;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
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

  private static final String REDACTED = "[redacted:";

  private final Optional<String> language;
  private final String content;

  /** Most files have no finding, and are not parsed for one. */
  private Parsed parsed;

  private AnchoredCode(Optional<String> language, String content) {
    this.language = language;
    this.content = content;
  }

  /**
   * What is known of a file once it is read.
   *
   * @param code its lines without comments
   */
  private record Parsed(
      List<String> lines,
      List<String> code,
      Optional<Functions> functions,
      SecretRedactor redactor) {
    static Parsed of(Optional<String> language, String content) {
      List<String> lines = content.lines().toList();
      Optional<ParsedCode> tree = language.flatMap(name -> ParsedCode.parse(name, content));
      return new Parsed(
          lines,
          tree.map(code -> CodeWithoutComments.of(code).lines().toList()).orElse(lines),
          tree.map(Functions::of),
          SecretRedactor.knowing(content));
    }
  }

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
    StringBuilder around = new StringBuilder();
    for (int i = Math.max(1, first); i <= Math.min(file.code().size(), last); i++) {
      around.append(file.code().get(i - 1)).append('\n');
    }
    return Hashes.key("code", file.redactor().redact(around.toString()).replaceAll("\\s+", ""));
  }

  /**
   * Whether a finding's code is still in the file as it was.
   *
   * @param quote what it quotes, redacted
   * @param sha as it was when the finding was made
   */
  public boolean holds(String quote, String sha) {
    Optional<String> first =
        quote.lines().map(AnchoredCode::dense).filter(line -> !line.isEmpty()).findFirst();
    return first.isPresent()
        && IntStream.rangeClosed(1, parsed().lines().size())
            .filter(line -> reads(line, first.get()))
            .anyMatch(line -> sha(line).equals(sha));
  }

  private boolean reads(int line, String quoted) {
    String text = parsed().lines().get(line - 1);
    return dense(quoted.contains(REDACTED) ? parsed().redactor().redact(text) : text)
        .equals(quoted);
  }

  private Parsed parsed() {
    if (parsed == null) {
      parsed = Parsed.of(language, content);
    }
    return parsed;
  }

  private static String dense(String text) {
    return text.replaceAll("\\s+", "");
  }
}
