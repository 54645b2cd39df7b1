package org.codeaudit.generate.answer;

/**
 * What a step has left for drafts.
 *
 * @param tokens the most tokens of the next draft, forced ones included
 * @param leastChance how likely a token must be to be accepted, so that computing it pays
 */
public record DraftBudget(int tokens, double leastChance) {
  /**
   * The budget of a draft in a step of so many tokens. A token that is accepted saves its sequence
   * a step: its own cost and its share of the fixed cost of a step. A token that is rejected has
   * wasted its own cost.
   *
   * @param stepCost the fixed cost of a step, in tokens
   */
  public static DraftBudget of(int tokens, int stepTokens, int stepCost) {
    return new DraftBudget(tokens, stepTokens / (double) (stepCost + stepTokens));
  }
}
