package org.codeaudit.bench.throughput;

import java.util.Optional;
import org.codeaudit.generate.EngineSettings;
import org.codeaudit.generate.request.GenerationRequest;

/** Whether the engine leaves out what it need not compute; the answers are the same. */
public enum Savings {
  /** Everything the product does. */
  ON,

  /** Each prompt is computed whole, each token of an answer is chosen by the model. */
  OFF;

  /** Settings of an engine that does so. */
  public EngineSettings of(EngineSettings settings) {
    return this == ON
        ? settings
        : new EngineSettings(
            settings.maxRunning(), settings.tokensPerStep(), settings.growthTokens(), false, 0);
  }

  /** A request for an engine of these settings. */
  public GenerationRequest of(GenerationRequest request) {
    return this == ON || request.grammar().isEmpty()
        ? request
        : new GenerationRequest(
            request.key(),
            request.prompt(),
            request.maxNewTokens(),
            request.sampling(),
            request.endTokens(),
            request.stopStrings(),
            Optional.of(new UnforcedGrammar(request.grammar().get())));
  }

  @Override
  public String toString() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
