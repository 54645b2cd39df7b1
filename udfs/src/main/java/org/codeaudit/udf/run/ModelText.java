package org.codeaudit.udf.run;

import org.codeaudit.checkpoint.Checkpoint;
import org.codeaudit.checkpoint.config.TokenizerFiles;
import org.codeaudit.generate.LoadedModel;
import org.codeaudit.model.ModelDescription;
import org.codeaudit.model.ModelSettings;
import org.codeaudit.token.BpeTokenizer;
import org.codeaudit.token.ChatEncoder;
import org.codeaudit.token.TemplateChatEncoder;
import org.codeaudit.token.Tokenizer;

/**
 * The parts of a model that prompts depend on: everything but the weights. Thread safe.
 *
 * @param tokenizer closed by whoever opened it: the engine, or this record's {@link #close}
 * @param chat makes prompts of messages
 * @param contextLength the most positions of prompt and answer together, by checkpoint and settings
 */
public record ModelText(Tokenizer tokenizer, ChatEncoder chat, int contextLength)
    implements AutoCloseable {

  /** The text side of a model that is loaded; the engine closes the tokenizer. */
  public static ModelText of(LoadedModel loaded, ModelDescription model, ModelSettings settings) {
    return new ModelText(
        loaded.tokenizer(), loaded.chat(), contextLength(model.contextLength(), settings));
  }

  /** The text side of a checkpoint, without its weights; the caller closes it. */
  public static ModelText open(Checkpoint checkpoint, ModelSettings settings) {
    TokenizerFiles files = checkpoint.tokenizer();
    BpeTokenizer tokenizer = BpeTokenizer.parse(files.tokenizerJson());
    try {
      return new ModelText(
          tokenizer,
          TemplateChatEncoder.of(tokenizer, files),
          contextLength(checkpoint.config().contextLength(), settings));
    } catch (RuntimeException | Error failure) {
      tokenizer.close();
      throw failure;
    }
  }

  /**
   * A cache size that was asked for is a limit. One derived from free memory is not, or else units
   * and their keys would depend on the machine that a row runs on.
   */
  private static int contextLength(int most, ModelSettings settings) {
    return settings.cacheTokens() == 0 ? most : Math.min(most, settings.cacheTokens());
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
