package org.codeaudit.bench.overhead;

import org.codeaudit.checkpoint.Checkpoint;
import org.codeaudit.checkpoint.config.TokenizerFiles;
import org.codeaudit.fetch.LocalModel;
import org.codeaudit.fetch.ModelFetcher;
import org.codeaudit.fetch.ModelReference;
import org.codeaudit.generate.EngineSettings;
import org.codeaudit.generate.LoadedModel;
import org.codeaudit.generate.ModelLoader;
import org.codeaudit.model.ModelSettings;
import org.codeaudit.token.BpeTokenizer;
import org.codeaudit.token.TemplateChatEncoder;

/** Brings tokenizer and chat template of a checkpoint, and in place of its weights nothing. */
public final class InstantLoader implements ModelLoader {
  private static final long serialVersionUID = 1L;

  @Override
  public LoadedModel load(ModelSettings settings, EngineSettings engine) {
    return load(ModelFetcher.ofProcess().local(ModelReference.parse(settings.path())));
  }

  private static LoadedModel load(LocalModel local) {
    try (Checkpoint checkpoint = local.open()) {
      TokenizerFiles files = checkpoint.tokenizer();
      BpeTokenizer tokenizer = BpeTokenizer.parse(files.tokenizerJson());
      int end = checkpoint.generationDefaults().endTokens().stream().findFirst().orElse(0);
      return new LoadedModel(
          new InstantModel(tokenizer, end, checkpoint.config().contextLength()),
          tokenizer,
          TemplateChatEncoder.of(tokenizer, files),
          checkpoint.generationDefaults());
    }
  }
}
