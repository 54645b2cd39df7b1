package org.codeaudit.udf.setting;

import org.codeaudit.checkpoint.Checkpoint;
import org.codeaudit.checkpoint.config.TokenizerFiles;
import org.codeaudit.fetch.LocalModel;
import org.codeaudit.fetch.ModelFetcher;
import org.codeaudit.fetch.ModelReference;
import org.codeaudit.generate.EngineSettings;
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
 * The product's loader: from a checkpoint, which it fetches first if this machine does not have it
 * yet, to a model with everything that a task needs.
 */
public record CheckpointLoader() implements ModelLoader {

  @Override
  public LoadedModel load(ModelSettings settings, EngineSettings engine) {
    StepSize step = new StepSize(engine.tokensPerStep(), engine.maxRunning());
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
