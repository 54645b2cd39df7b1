package org.codeaudit.job.answer;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.stream.Collectors;
import org.codeaudit.code.AnswerCode;

/**
 * All answers of a model as one page of Markdown. Answers are whole, and stand as they are: their
 * blocks of code are blocks of the page.
 *
 * @param model its name
 * @param time when the answers were asked for
 * @param facts what is said of all answers, a line each
 */
public record AnswerPage(
    String model, Instant time, List<String> facts, List<ShownAnswer> answers) {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd_HHmmss").withZone(ZoneOffset.UTC);

  public AnswerPage {
    facts = List.copyOf(facts);
    answers = List.copyOf(answers);
  }

  /** {@code NAME__YYYYMMDD_HHMMSS.md}, in UTC. */
  public String fileName() {
    return model.replaceAll("[^\\w.+-]+", "-") + "__" + STAMP.format(time) + ".md";
  }

  /** The page. */
  public String markdown() {
    StringBuilder page = new StringBuilder("# " + model + "\n\n");
    facts.forEach(fact -> page.append("- ").append(fact).append('\n'));
    for (ShownAnswer answer : answers) {
      page.append("\n---\n\n## ").append(heading(answer)).append("\n\n");
      answer.system().ifPresent(text -> page.append(quoted("System: " + text)));
      answer.prompt().ifPresent(text -> page.append(quoted(text)));
      answer
          .text()
          .ifPresent(text -> page.append(AnswerCode.closed(text).stripTrailing()).append("\n\n"));
      page.append('*').append(String.join("; ", answer.facts())).append("*\n");
    }
    return page.toString();
  }

  private static String heading(ShownAnswer answer) {
    String id = answer.id().map(AnswerPage::oneLine).orElse("Prompt");
    return answer.sample() == 0 ? id : id + ", sample " + (answer.sample() + 1);
  }

  private static String quoted(String text) {
    return text.lines().map(line -> "> " + line).collect(Collectors.joining("\n", "", "\n\n"));
  }

  private static String oneLine(String text) {
    return text.replaceAll("\\s+", " ");
  }
}
