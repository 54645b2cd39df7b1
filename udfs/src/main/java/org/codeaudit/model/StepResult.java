package org.codeaudit.model;

/**
 * The tokens chosen in a step: for each sequence of the batch those that its choices gave, in their
 * order; for one that chooses nothing, a single -1.
 *
 * @param tokens the chosen ids; -1 where no choice was asked for
 * @param logProbabilities natural logarithm of each chosen token's probability among the allowed
 *     tokens, after penalties and before temperature, top-k and top-p; NaN where no choice was
 *     asked for
 */
public record StepResult(int[] tokens, float[] logProbabilities) {}
