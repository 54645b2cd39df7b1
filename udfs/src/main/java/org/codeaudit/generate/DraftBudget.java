package org.codeaudit.generate;

/**
 * What a step has left for drafts.
 *
 * @param tokens the most tokens of the next draft, forced ones included
 * @param leastChance how likely a token must be verified to be worth its computation
 */
record DraftBudget(int tokens, double leastChance) {
  /**
   * The budget of a draft in a step of so many tokens. A token that is verified saves its sequence
   * a step, so its own cost and its part of what every step costs; one that is not has wasted its
   * own.
   *
   * @param stepCost what every step costs, in tokens; see {@link StepCost}
   */
  static DraftBudget of(int tokens, int stepTokens, int stepCost) {
    return new DraftBudget(tokens, stepTokens / (double) (stepCost + stepTokens));
  }
}
