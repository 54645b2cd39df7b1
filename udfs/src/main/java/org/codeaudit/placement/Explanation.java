package org.codeaudit.placement;

import java.util.Map;
import java.util.stream.Collectors;
import org.codeaudit.model.Device;
import org.codeaudit.placement.PlacementPlan.Share;

/** Says for people what a draft takes of each device, and what there is. */
final class Explanation {
  private final Map<Device, Budget> budgets;
  private final PlacementQuestion question;

  Explanation(PlacementQuestion question) {
    this.question = question;
    this.budgets = Budget.of(question.machine(), question.request());
  }

  /** One paragraph about a draft that fits. */
  String of(PlanDraft draft) {
    String devices =
        draft.shares().keySet().stream()
            .map(device -> sum(draft, device) + " of the " + room(device))
            .collect(Collectors.joining("; "));
    return draft.strategy() + ": " + draft.summary() + ". " + devices + ". " + cache(draft);
  }

  /** Why a draft does not fit: every device that lacks memory, with the numbers. */
  String lack(PlanDraft draft) {
    return draft.needs().entrySet().stream()
        .filter(need -> need.getValue() > budgets.get(need.getKey()).usable())
        .map(need -> sum(draft, need.getKey()) + ", and it has " + room(need.getKey()))
        .collect(Collectors.joining("; "));
  }

  private String sum(PlanDraft draft, Device device) {
    Share share = draft.shares().get(device);
    long needed = draft.needs().get(device);
    // what is mapped and must stay in memory counts as weights
    long weights = needed - share.cache() - share.activations();
    String place = Candidate.onGpu(device) ? device.toString() : "memory";
    return place
        + " takes "
        + Amount.bytes(weights)
        + " of weights + "
        + (share.cache() > 0 ? Amount.bytes(share.cache()) + " of cache + " : "")
        + Amount.bytes(share.activations())
        + " for a step = "
        + Amount.bytes(needed);
  }

  private String room(Device device) {
    Budget budget = budgets.get(device);
    String process = Candidate.onGpu(device) ? "CUDA" : "the process";
    return Amount.bytes(budget.usable())
        + " that "
        + process
        + " leaves of "
        + Amount.bytes(budget.free());
  }

  private String cache(PlanDraft draft) {
    int positions = draft.cacheTokens();
    boolean gpu = Candidate.onGpu(draft.layers().get(draft.layers().size() - 1).device());
    long each = question.cachePerPosition(gpu);
    String states = question.states() > 0 ? ", and " + question.states() + " states" : "";
    return "The cache has "
        + Amount.number(positions)
        + " positions of "
        + Amount.number(each)
        + " bytes"
        + states
        + ".";
  }
}
