package org.codeaudit.finding;

import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.codeaudit.Hashes;
import org.codeaudit.prompt.Unit;
import org.codeaudit.prompt.UnitLine;

/** Turns what a model wrote about one unit into findings. */
public final class FindingAssembler {
  private final String path;
  private final String rowKey;
  private final Unit unit;
  private final SecretRedactor redactor;

  /**
   * @param path the file's path
   * @param rowKey the key of the unit's row
   * @param unit what the model was shown
   */
  public FindingAssembler(String path, String rowKey, Unit unit) {
    this.path = path;
    this.rowKey = rowKey;
    this.unit = unit;
    this.redactor =
        SecretRedactor.knowing(
            unit.lines().stream().map(UnitLine::text).collect(Collectors.joining("\n")));
  }

  /**
   * Redacts the unit's secrets and everything that looks like one; also for the raw text of the
   * answer.
   */
  public SecretRedactor redactor() {
    return redactor;
  }

  /**
   * The findings in the order the model gave them. Small models repeat themselves: findings that
   * say the same about the same code are merged. Each report of another tool keeps a finding of its
   * own.
   *
   * @param confidence how sure the model was of each, 0 to 1
   */
  public List<Finding> assemble(
      List<ParsedFinding> parsed, Function<ParsedFinding, OptionalDouble> confidence) {
    Map<String, Integer> seen = new HashMap<>();
    List<Finding> findings = new ArrayList<>(parsed.size());
    Set<List<String>> said = new HashSet<>();
    for (ParsedFinding finding : parsed) {
      String report = finding.report().map(ToolReport::id).orElse("");
      if (said.add(List.of(finding.quote(), finding.message(), finding.category(), report))) {
        findings.add(assemble(finding, confidence.apply(finding), findings.size(), seen));
      }
    }
    return findings;
  }

  private Finding assemble(
      ParsedFinding parsed, OptionalDouble confidence, int index, Map<String, Integer> seen) {
    Category category = Category.of(parsed.category()).orElse(Category.OTHER);
    Anchor anchor =
        parsed
            .report()
            .map(report -> AnchorResolver.at(report.line(), unit))
            .orElseGet(() -> AnchorResolver.resolve(parsed.quote(), unit));
    String quote = redactor.redact(parsed.quote().strip());
    String enclosing = redactor.redact(anchor.enclosing());
    String message = redactor.redact(parsed.message().strip());
    String check = parsed.check().orElse(category.columnValue());
    Optional<String> cwe = parsed.cwe().or(category::cwe);
    String first = Fingerprint.strict(path, check, quote, enclosing, 0);
    int occurrence = seen.merge(first, 1, Integer::sum) - 1;
    return new Finding(
        Hashes.key("finding", rowKey, Integer.toString(index)),
        Fingerprint.strict(path, check, quote, enclosing, occurrence),
        Fingerprint.loose(category, cwe.orElse(""), quote, enclosing),
        parsed.check(),
        category,
        cwe,
        Severity.of(parsed.severity()).orElse(Severity.INFO),
        confidence,
        title(message.isEmpty() ? category.columnValue() : message),
        message,
        redactor.redact(parsed.suggestion().strip()),
        quote,
        anchor.side(),
        anchor.lineStart(),
        anchor.lineEnd(),
        anchor.status(),
        parsed.report());
  }

  /** The first sentence, cut at a word if it is too long. */
  static String title(String message) {
    String text = message.strip().replaceAll("\\s+", " ");
    BreakIterator sentences = BreakIterator.getSentenceInstance(Locale.ENGLISH);
    sentences.setText(text);
    sentences.first();
    int end = sentences.next();
    String sentence = end == BreakIterator.DONE ? text : text.substring(0, end).strip();
    if (sentence.length() <= Finding.TITLE_CHARACTERS) {
      return sentence;
    }
    int most = Finding.TITLE_CHARACTERS - 1;
    int space = sentence.lastIndexOf(' ', most);
    int cut = space > most / 2 ? space : most;
    boolean splitsPair = Character.isHighSurrogate(sentence.charAt(cut - 1));
    return sentence.substring(0, splitsPair ? cut - 1 : cut) + "…";
  }
}
