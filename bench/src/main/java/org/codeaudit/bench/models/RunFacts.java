package org.codeaudit.bench.models;

import java.io.Serializable;
import org.codeaudit.bench.models.GpuWatch.Reading;

/**
 * What only the process that ran a model knows.
 *
 * @param attention the kernels of attention, e.g. {@code sdpa}
 * @param plan why the model lies where it lies
 * @param weightBytes memory the weights take, mapped or not
 * @param cacheTokens positions of key-value cache
 * @param loadSeconds from opening the checkpoint to the first possible step
 * @param seconds from the first prompt to the last answer
 * @param meanBatchSize sequences in a step
 * @param freeBytes memory that was free on the model's device once it was loaded
 * @param peakBytes the most resident memory above that of the process without a model; 0 if unknown
 * @param gpu what the GPU did meanwhile
 */
record RunFacts(
    String attention,
    String plan,
    long weightBytes,
    int cacheTokens,
    double loadSeconds,
    double seconds,
    double meanBatchSize,
    long freeBytes,
    long peakBytes,
    Reading gpu)
    implements Serializable {}
