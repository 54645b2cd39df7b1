package org.codeaudit.generate.request;

/**
 * One row's time in the engine. Prefill and decode are the row's share of every step it took part
 * in (by its share of the step's tokens), so they may be summed over rows.
 *
 * @param queuedNanos from submission to the first step
 * @param prefillNanos share of steps spent on the prompt
 * @param decodeNanos share of steps spent on the answer
 * @param firstTokenNanos from submission to the first token of the answer
 * @param totalNanos from submission to the end
 * @param promptTokens tokens of the prompt
 * @param cachedTokens of them, those whose keys and values were computed before
 * @param forcedTokens tokens of the answer that were appended without a choice
 * @param draftTokensAccepted tokens of the answer that were drafted and verified
 * @param generatedTokens tokens of the answer, forced ones included
 * @param meanBatchSize mean number of sequences in the steps it took part in
 */
public record Timing(
    long queuedNanos,
    long prefillNanos,
    long decodeNanos,
    long firstTokenNanos,
    long totalNanos,
    int promptTokens,
    int cachedTokens,
    int forcedTokens,
    int draftTokensAccepted,
    int generatedTokens,
    double meanBatchSize) {}
