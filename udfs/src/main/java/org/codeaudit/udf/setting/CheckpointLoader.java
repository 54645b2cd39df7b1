package org.codeaudit.udf.setting;

import org.codeaudit.checkpoint.Checkpoint;
import org.codeaudit.checkpoint.config.TokenizerFiles;
import org.codeaudit.fetch.LocalModel;
import org.codeaudit.fetch.ModelFetcher;
import org.codeaudit.fetch.ModelReference;
import org.codeaudit.generate.LoadedModel;
import org.codeaudit.generate.ModelLoader;
import org.codeaudit.model.LanguageModel;
import org.codeaudit.model.ModelSettings;
import org.codeaudit.model.torch.TorchLanguageModel;
import org.codeaudit.placement.StepSize;
import org.codeaudit.token.BpeTokenizer;
import org.codeaudit.token.ChatEncoder;
import org.codeaudit.token.TemplateChatEncoder;

/**
 * Loads the checkpoint that settings name, with everything of it that a task needs; fetches it
 * first if it lies elsewhere and this machine does not have it yet.
 *
 * @param step the largest step, whose memory is planned for
 */
public record CheckpointLoader(ModelSettings settings, StepSize step) implements ModelLoader {

  /** For an engine of default settings. */
  public CheckpointLoader(ModelSettings settings) {
    this(settings, StepSize.DEFAULT);
  }

  @Override
  public LoadedModel load() {
    LocalModel local = ModelFetcher.ofProcess().local(ModelReference.parse(settings.path()));
    try (Checkpoint checkpoint = local.open()) {
      // The cheap parts first: a checkpoint without a usable tokenizer fails before weights are
      // read.
      TokenizerFiles files = checkpoint.tokenizer();
      BpeTokenizer tokenizer = BpeTokenizer.parse(files.tokenizerJson());
      try {
        ChatEncoder chat = TemplateChatEncoder.of(tokenizer, files);
        LanguageModel model = TorchLanguageModel.load(checkpoint, settings, step);
        return new LoadedModel(model, tokenizer, chat, checkpoint.generationDefaults());
      } catch (Throwable failure) {
        tokenizer.close();
        throw failure;
      }
    }
  }
}
