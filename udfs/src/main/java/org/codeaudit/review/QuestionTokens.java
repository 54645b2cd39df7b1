package org.codeaudit.review;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.codeaudit.check.Check;
import org.codeaudit.check.CheckSettings;
import org.codeaudit.token.ChatMessage;

/** How many tokens the questions of checks have. Counted once, for many units. */
public final class QuestionTokens {
  private final ToIntFunction<List<ChatMessage>> tokens;
  private final int shownNothing;
  private final Map<String, Counts> counts = new HashMap<>();

  /** Tokens of one check's questions, beside the code. */
  private record Counts(int screen, int locate, int verdict, int explain) {}

  /**
   * Counts the questions of some checks.
   *
   * @param tokens how many a chat has
   */
  public QuestionTokens(List<Check> checks, ToIntFunction<List<ChatMessage>> tokens) {
    this.tokens = tokens;
    CheckPrompts prompts = new CheckPrompts(NeutralScores.NOTHING);
    shownNothing = tokens.applyAsInt(prompts.unit());
    for (Check check : checks) {
      counts.put(
          check.id(),
          new Counts(
              tokens.applyAsInt(prompts.screen(check)) - shownNothing,
              tokens.applyAsInt(prompts.locate(check)) - shownNothing,
              tokens.applyAsInt(prompts.verdict(check, "", "")) - shownNothing,
              tokens.applyAsInt(prompts.explain(check, "")) - shownNothing));
    }
  }

  /** The most tokens that a question needs beside the code: prompt and answer. */
  public int overhead() {
    int longest =
        counts.values().stream()
            .mapToInt(count -> Math.max(count.verdict(), count.explain()))
            .max()
            .orElse(0);
    return shownNothing + longest + CheckedReview.MOST_COPIED_AND_WRITTEN;
  }

  /**
   * Roughly the tokens of all prompts about a unit, with what they share counted in each: all
   * checks that apply, and a second look at as many as may be followed up.
   *
   * @param settings whose checks were counted
   */
  public int prompts(CheckSettings settings, ReviewedCode code) {
    List<Check> checks = Candidates.of(settings, code).checks();
    int shown = tokens.applyAsInt(CheckedReview.shown(code));
    int screens = settings.comments() ? 2 : 1;
    int sum = 0;
    for (int i = 0; i < checks.size(); i++) {
      Counts count = counts.get(checks.get(i).id());
      sum += screens * (shown + count.screen());
      if (i < settings.most()) {
        sum += 2 * shown + count.locate() + count.verdict();
      }
    }
    return sum;
  }
}
