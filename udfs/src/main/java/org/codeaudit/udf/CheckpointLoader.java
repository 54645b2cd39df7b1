package org.codeaudit.udf;

import java.nio.file.Path;
import org.codeaudit.checkpoint.Checkpoint;
import org.codeaudit.checkpoint.Checkpoints;
import org.codeaudit.checkpoint.TokenizerFiles;
import org.codeaudit.generate.LoadedModel;
import org.codeaudit.generate.ModelLoader;
import org.codeaudit.model.LanguageModel;
import org.codeaudit.model.ModelSettings;
import org.codeaudit.model.torch.TorchLanguageModel;
import org.codeaudit.token.BpeTokenizer;
import org.codeaudit.token.ChatEncoder;
import org.codeaudit.token.TemplateChatEncoder;

/** Loads the checkpoint that settings name, with everything of it that a task needs. */
public record CheckpointLoader(ModelSettings settings) implements ModelLoader {

  @Override
  public LoadedModel load() {
    try (Checkpoint checkpoint = Checkpoints.open(Path.of(settings.path()))) {
      // The cheap parts first: a checkpoint without a usable tokenizer fails before weights are
      // read.
      TokenizerFiles files = checkpoint.tokenizer();
      BpeTokenizer tokenizer = BpeTokenizer.parse(files.tokenizerJson());
      try {
        ChatEncoder chat = TemplateChatEncoder.of(tokenizer, files);
        LanguageModel model = TorchLanguageModel.load(checkpoint, settings);
        return new LoadedModel(model, tokenizer, chat, checkpoint.generationDefaults());
      } catch (Throwable failure) {
        tokenizer.close();
        throw failure;
      }
    }
  }
}
