package org.codeaudit.placement;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.model.PlacementRequest.Strategy;

/**
 * Decides where a model goes, before a byte of it is loaded. The same question always has the same
 * answer.
 *
 * <p>A strategy that is named is taken or refused. Otherwise one GPU is best, then several; of what
 * is left and fits, the fastest by {@linkplain Pace a rough estimate} is taken.
 */
public final class Placements {
  private static final String LESS =
      "Choose a smaller precision or model, fewer --cache-tokens, or leave --placement out";

  private final PlacementQuestion question;
  private final Explanation explanation;

  /** Ways that are impossible, by the reason. */
  private final Map<String, List<Strategy>> excluded = new LinkedHashMap<>();

  /** Why other ways do not fit. */
  private final List<String> tooLarge = new ArrayList<>();

  /** Ways that fit, with their estimates. */
  private final List<String> compared = new ArrayList<>();

  private Placements(PlacementQuestion question) {
    this.question = question;
    this.explanation = new Explanation(question);
  }

  /** The plan, or why there is none. */
  public static Placement of(PlacementQuestion question) {
    Placements placements = new Placements(question);
    Strategy strategy = question.request().strategy();
    Optional<PlanDraft> best =
        strategy == Strategy.AUTO ? placements.fastest() : placements.fitting(strategy);
    return best.<Placement>map(placements::plan).orElseGet(placements::refusal);
  }

  /**
   * The plan.
   *
   * @param model what the user calls the model
   * @throws AuditException {@code PLACEMENT} with the numbers, if there is none
   */
  public static PlacementPlan plan(String model, PlacementQuestion question) {
    Placement placement = of(question);
    if (placement instanceof Refusal refusal) {
      throw new AuditException(
          ErrorClass.PLACEMENT,
          "The model "
              + model
              + " cannot be placed in "
              + question.precision()
              + " with --placement "
              + refusal.strategy(),
          refusal.reason(),
          refusal.fix());
    }
    return (PlacementPlan) placement;
  }

  private static Candidate candidate(PlacementQuestion question, Strategy strategy) {
    return switch (strategy) {
      case GPU -> new OneGpu(question);
      case MULTI_GPU -> new SeveralGpus(question);
      case HYBRID -> new Hybrid(question);
      case STREAMED -> new Streamed(question);
      case CPU, DISK -> new Processor(question, strategy);
      case AUTO -> throw new IllegalArgumentException("auto is no way to place a model");
    };
  }

  private Optional<PlanDraft> fastest() {
    return fitting(Strategy.GPU).or(() -> fitting(Strategy.MULTI_GPU)).or(this::fastestOfTheRest);
  }

  private Optional<PlanDraft> fastestOfTheRest() {
    Pace pace = new Pace(question);
    PlanDraft fastest = null;
    double least = Double.MAX_VALUE;
    boolean inMemory = false;
    for (Strategy strategy :
        List.of(Strategy.HYBRID, Strategy.STREAMED, Strategy.CPU, Strategy.DISK)) {
      // what fits into memory is not slower there
      boolean pointless = strategy == Strategy.DISK && inMemory;
      PlanDraft draft = pointless ? null : fitting(strategy).orElse(null);
      if (draft != null) {
        inMemory |= strategy == Strategy.CPU;
        double seconds = pace.seconds(draft);
        compared.add(String.format(Locale.ROOT, "%s %.1f min", strategy, seconds / 60));
        fastest = seconds < least ? draft : fastest;
        least = Math.min(seconds, least);
      }
    }
    return Optional.ofNullable(fastest);
  }

  /** The best way of a strategy if it fits; otherwise it is noted why not. */
  private Optional<PlanDraft> fitting(Strategy strategy) {
    Candidate candidate = candidate(question, strategy);
    Optional<String> reason = candidate.excluded();
    if (reason.isPresent()) {
      excluded.computeIfAbsent(reason.get(), key -> new ArrayList<>()).add(strategy);
      return Optional.empty();
    }
    PlanDraft draft = candidate.best();
    if (draft.fits(candidate.budgets)) {
      return Optional.of(draft);
    }
    tooLarge.add(strategy + " does not fit: " + explanation.lack(draft));
    return Optional.empty();
  }

  private PlacementPlan plan(PlanDraft draft) {
    return new PlacementPlan(
        draft.strategy(),
        question.precision(),
        question.kernels(),
        draft.embedding(),
        draft.layers(),
        draft.head(),
        draft.cacheTokens(),
        question.cacheType(),
        question.states(),
        draft.shares(),
        explanation.of(draft) + alternatives());
  }

  /** Why it is no other way. */
  private String alternatives() {
    String estimates =
        compared.size() < 2
            ? ""
            : " "
                + question.step().sequences()
                + " reviews, very roughly: "
                + String.join(", ", compared)
                + ".";
    String others = String.join(". ", tooLarge);
    return estimates + (others.isEmpty() ? "" : " " + others + ".");
  }

  private Refusal refusal() {
    List<String> reasons = new ArrayList<>(tooLarge);
    excluded.forEach(
        (reason, strategies) ->
            reasons.add(
                strategies.stream().map(Strategy::toString).collect(Collectors.joining(", "))
                    + (strategies.size() > 1 ? " are" : " is")
                    + " not possible: "
                    + reason));
    return new Refusal(question.request().strategy(), String.join(". ", reasons), LESS);
  }
}
