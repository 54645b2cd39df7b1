package org.codeaudit.generate;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.codeaudit.checkpoint.config.GenerationDefaults;
import org.codeaudit.model.LanguageModel;
import org.codeaudit.token.ChatEncoder;
import org.codeaudit.token.Tokenizer;

/**
 * A model with what else its checkpoint holds: what a {@link ModelLoader} hands to the engine, and
 * the engine to the tasks that lease it.
 *
 * @param model stepped and closed by the engine's thread alone
 * @param tokenizer thread safe; closed with the engine
 * @param chat turns messages into prompts; thread safe
 * @param defaults what the checkpoint asks for when it generates
 */
public record LoadedModel(
    LanguageModel model, Tokenizer tokenizer, ChatEncoder chat, GenerationDefaults defaults) {

  /** A model that is only given token ids and for which nothing is the default. */
  public LoadedModel(LanguageModel model, Tokenizer tokenizer) {
    this(
        model,
        tokenizer,
        (messages, thinking) -> {
          throw new UnsupportedOperationException("this model was loaded without a chat template");
        },
        new GenerationDefaults(
            List.of(),
            Optional.empty(),
            OptionalDouble.empty(),
            OptionalInt.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty()));
  }
}
