package org.codeaudit.bench.throughput;

import java.util.List;
import java.util.Optional;
import org.codeaudit.generate.LoadedModel;
import org.codeaudit.generate.ModelLoader;
import org.codeaudit.model.SequenceStep;
import org.codeaudit.model.torch.ModelProbe;
import org.codeaudit.model.torch.TorchLanguageModel;

/**
 * What a model does before a clock starts. Its matrices are laid out for the processor while they
 * are used, so that the first steps after a load are slower than all that follow; of a run of hours
 * they are nothing, of a measurement of a few minutes some 10 %.
 */
public final class WarmUp {
  /** More than the uses after which a matrix is packed, and than it takes to pack the largest. */
  private static final int STEPS = 64;

  private WarmUp() {}

  /** A loader that warms up what it loads, and closes it if that fails. */
  public static ModelLoader after(ModelLoader loader) {
    return (settings, engine) -> {
      LoadedModel loaded = loader.load(settings, engine);
      if (loaded.model() instanceof TorchLanguageModel model) {
        try {
          run(model);
        } catch (RuntimeException | Error e) {
          model.close();
          loaded.tokenizer().close();
          throw e;
        }
      }
      return loaded;
    };
  }

  /**
   * Steps until matrices are laid out as they stay. Those of experts that tokens are hardly ever
   * sent to are not waited for; nor is anything where the cache has no room for {@value #STEPS}
   * positions.
   *
   * @param model has as many sequences afterwards as before
   */
  static void run(TorchLanguageModel model) {
    int vocabulary = model.description().vocabularySize();
    ModelProbe probe = new ModelProbe(model);
    int made = 0;
    long before = Long.MAX_VALUE;
    long waiting = probe.unpackedMatrices();
    while (waiting > 0 && waiting < before) {
      int sequence = model.open(STEPS);
      if (sequence < 0) {
        return;
      }
      for (int i = 0; i < STEPS; i++) {
        int[] tokens = {RawBench.token(made++, vocabulary)};
        model.step(List.of(new SequenceStep(sequence, tokens, Optional.of(RawBench.GREEDY))));
      }
      model.close(sequence);
      before = waiting;
      waiting = probe.unpackedMatrices();
    }
  }
}
