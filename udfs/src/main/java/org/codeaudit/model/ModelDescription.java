package org.codeaudit.model;

/**
 * What was loaded.
 *
 * @param id name of the model for people and tables, e.g. {@code SmolLM2-135M-Instruct.Q4_1}
 * @param revision hash of the checkpoint
 * @param precision of weights and cache, e.g. {@code bf16}, {@code bf16+kv-int8}
 * @param arithmetic what activations are rounded to before products: {@code exact}, {@code bf16},
 *     {@code int8}; of several devices {@code bf16+exact}
 * @param placement e.g. {@code cpu}
 * @param device e.g. {@code cpu}, {@code cuda:0}
 * @param parameters numbers of the model
 * @param weightBytes memory the weights take, mapped or not
 * @param vocabularySize rows of logits
 * @param contextLength the most positions of one sequence
 * @param cacheTokens positions of key-value cache over all sequences
 * @param loadNanos time from the call to the first possible step
 */
public record ModelDescription(
    String id,
    String revision,
    String precision,
    String arithmetic,
    String placement,
    String device,
    long parameters,
    long weightBytes,
    int vocabularySize,
    int contextLength,
    int cacheTokens,
    long loadNanos) {}
