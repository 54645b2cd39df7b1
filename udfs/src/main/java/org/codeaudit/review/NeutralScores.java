package org.codeaudit.review;

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
import org.codeaudit.check.CheckSet;
import org.codeaudit.check.CheckSettings;
import org.codeaudit.generate.LoadedModel;
import org.codeaudit.model.LanguageModel;
import org.codeaudit.prompt.UnitLine;

/**
 * How far a model leans to yes where there is nothing to see: the score of every question about
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

  /** By model, as long as it lives: its answers do not change. */
  private static final Map<LanguageModel, Map<String, CompletableFuture<Calibration>>> KNOWN =
      new WeakHashMap<>();

  private NeutralScores() {}

  /** As {@link #ask}, once for each model and set of checks. */
  public static CompletableFuture<Calibration> of(
      CheckSettings settings, LoadedModel loaded, Asker asker) {
    synchronized (KNOWN) {
      Map<String, CompletableFuture<Calibration>> known =
          KNOWN.computeIfAbsent(loaded.model(), model -> new HashMap<>());
      String key = key(settings.checks());
      CompletableFuture<Calibration> earlier = known.get(key);
      if (earlier == null || earlier.isCompletedExceptionally()) {
        earlier = ask(settings, loaded, asker);
        known.put(key, earlier);
      }
      // A copy: whoever waits and is cancelled must not cancel it for the others.
      return earlier.copy();
    }
  }

  /** Some checks of a set have its version. */
  private static String key(CheckSet checks) {
    return checks.version() + checks.checks().stream().map(Check::id).toList();
  }

  /** Asks them all; the calibration of a model for which none was fitted. */
  static CompletableFuture<Calibration> ask(
      CheckSettings settings, LoadedModel loaded, Asker asker) {
    Requests requests = new Requests(loaded);
    CheckPrompts prompts = new CheckPrompts(NOTHING);
    Conversation<Calibration> conversation = new Conversation<>(asker);
    List<Check> checks = settings.checks().checks();
    List<CompletableFuture<Double>> scores =
        checks.stream()
            .map(check -> requests.yesOrNo("neutral " + check.id(), prompts.screen(check)))
            .map(request -> conversation.ask(request).thenApply(requests::score))
            .toList();
    return conversation.end(
        Conversation.all(scores)
            .thenApply(
                all -> {
                  Map<String, Double> byCheck = new TreeMap<>();
                  for (int i = 0; i < all.size(); i++) {
                    byCheck.put(checks.get(i).id(), all.get(i));
                  }
                  return Calibration.neutral(byCheck);
                }));
  }
}
