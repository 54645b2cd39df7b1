package org.codeaudit.review;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.WeakHashMap;
import java.util.concurrent.CompletableFuture;
import org.codeaudit.change.Line;
import org.codeaudit.check.Calibration;
import org.codeaudit.check.Check;
import org.codeaudit.check.CheckSettings;
import org.codeaudit.generate.LoadedModel;
import org.codeaudit.model.LanguageModel;
import org.codeaudit.prompt.UnitLine;

/**
 * How far a model leans to yes when there is nothing to see: its score for every question about
 * code without content.
 */
public final class NeutralScores {
  static final ReviewedCode NOTHING =
      new ReviewedCode(
          Optional.empty(),
          false,
          List.of(
              new ReviewedCode.Shown(
                  new UnitLine(Line.Kind.CONTEXT, "N/A", 1, 1, true, ""), "N/A")));

  /** By model, as long as it lives, and by check: its answers do not change. */
  private static final Map<LanguageModel, Map<String, CompletableFuture<Double>>> KNOWN =
      new WeakHashMap<>();

  private NeutralScores() {}

  /**
   * The calibration of a model for which none was fitted, for some checks. What this model has not
   * been asked before is asked now.
   *
   * @param checks some of the settings' checks
   */
  public static CompletableFuture<Calibration> of(
      CheckSettings settings, List<Check> checks, LoadedModel loaded, Asker asker) {
    List<CompletableFuture<Double>> scores = new ArrayList<>();
    synchronized (KNOWN) {
      Map<String, CompletableFuture<Double>> known =
          KNOWN.computeIfAbsent(loaded.model(), model -> new HashMap<>());
      for (Check check : checks) {
        scores.add(
            known.compute(
                settings.checks().version() + " " + check.id() + " " + check.question(),
                (key, earlier) ->
                    earlier == null || earlier.isCompletedExceptionally()
                        ? ask(check, loaded, asker)
                        : earlier));
      }
    }
    // A conversation of its own: cancelling one caller must not cancel the others.
    return new Conversation<Calibration>(asker)
        .end(Conversation.all(scores).thenApply(all -> calibration(checks, all)));
  }

  private static CompletableFuture<Double> ask(Check check, LoadedModel loaded, Asker asker) {
    Requests requests = new Requests(loaded);
    CheckPrompts prompts = new CheckPrompts(NOTHING);
    return asker
        .ask(requests.yesOrNo("neutral " + check.id(), prompts.screen(check)))
        .thenApply(requests::score);
  }

  private static Calibration calibration(List<Check> checks, List<Double> scores) {
    Map<String, Double> byCheck = new TreeMap<>();
    for (int i = 0; i < checks.size(); i++) {
      byCheck.put(checks.get(i).id(), scores.get(i));
    }
    return Calibration.neutral(byCheck);
  }
}
