package org.codeaudit.bench.load;

import org.codeaudit.model.Arithmetic;
import org.codeaudit.model.DeviceRequest;
import org.codeaudit.model.DeviceRequest.Wish;
import org.codeaudit.model.ModelSettings;
import org.codeaudit.model.PlacementRequest;
import org.codeaudit.model.PlacementRequest.Strategy;
import org.codeaudit.model.Precision;

/**
 * One way to load a model.
 *
 * @param path a Hugging Face folder or a GGUF file
 * @param precision of the weights
 * @param arithmetic of products on the processor
 * @param placement how it is spread over devices
 * @param cacheTokens positions of key-value cache
 * @param threads of one step on a CPU; 0 for one per processor
 * @param promptTokens tokens of the prompt whose first answer token is waited for
 */
record LoadCase(
    String path,
    Precision precision,
    Arithmetic arithmetic,
    Strategy placement,
    int cacheTokens,
    int threads,
    int promptTokens) {

  ModelSettings settings() {
    Wish wish =
        switch (placement) {
          case CPU, DISK -> Wish.CPU;
          case AUTO -> Wish.AUTO;
          default -> Wish.GPU;
        };
    return new ModelSettings(
            path,
            precision,
            cacheTokens,
            threads,
            DeviceRequest.of(wish),
            new PlacementRequest(placement, 0, 0))
        .with(arithmetic);
  }
}
