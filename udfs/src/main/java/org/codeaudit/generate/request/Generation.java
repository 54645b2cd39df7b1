package org.codeaudit.generate.request;

/**
 * A finished answer.
 *
 * @param tokens ids of the answer, end token excluded
 * @param logProbabilities of each token among those allowed (see {@code StepResult}); NaN for
 *     forced tokens
 * @param text the decoded answer without control tokens, cut before a stop string
 * @param finishReason why it ended
 * @param timing this row's share of the time
 */
public record Generation(
    int[] tokens,
    float[] logProbabilities,
    String text,
    FinishReason finishReason,
    Timing timing) {}
