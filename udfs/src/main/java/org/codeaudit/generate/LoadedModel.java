package org.codeaudit.generate;

import org.codeaudit.model.LanguageModel;
import org.codeaudit.token.Tokenizer;

/**
 * A model and the tokenizer of the same checkpoint.
 *
 * @param model stepped and closed by the engine's thread alone
 * @param tokenizer thread safe; closed with the engine
 */
public record LoadedModel(LanguageModel model, Tokenizer tokenizer) {}
