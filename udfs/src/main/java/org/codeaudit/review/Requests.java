package org.codeaudit.review;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.codeaudit.generate.LoadedModel;
import org.codeaudit.generate.grammar.OneToken;
import org.codeaudit.generate.request.Generation;
import org.codeaudit.generate.request.GenerationRequest;
import org.codeaudit.generate.request.OutputGrammar;
import org.codeaudit.model.SamplingSettings;
import org.codeaudit.token.ChatMessage;
import org.codeaudit.token.Tokenizer;

/** Turns questions into requests to the engine, and answers into scores. */
final class Requests {
  private final LoadedModel loaded;
  private final int yes;
  private final int no;

  Requests(LoadedModel loaded) {
    this.loaded = loaded;
    Tokenizer tokenizer = loaded.tokenizer();
    // Where both begin with a space by itself, what follows it is asked for.
    boolean alike = tokenizer.encode("Yes")[0] == tokenizer.encode("No")[0];
    this.yes = (alike ? tokenizer.encodeFurther("Yes") : tokenizer.encode("Yes"))[0];
    this.no = (alike ? tokenizer.encodeFurther("No") : tokenizer.encode("No"))[0];
    if (yes == no) {
      throw new IllegalStateException("the tokenizer begins Yes and No alike");
    }
  }

  /** A question that is scored. */
  GenerationRequest yesOrNo(String key, List<ChatMessage> messages) {
    return request(key, messages, 1, new OneToken(yes, no));
  }

  /** A question whose answer follows a grammar. */
  GenerationRequest request(
      String key, List<ChatMessage> messages, int maxNewTokens, OutputGrammar grammar) {
    return new GenerationRequest(
        key,
        loaded.chat().encode(messages, false),
        maxNewTokens,
        SamplingSettings.GREEDY,
        Set.copyOf(loaded.defaults().endTokens()),
        List.of(),
        Optional.of(grammar));
  }

  /** log P(yes) - log P(no) of the answer to {@link #yesOrNo}; a finite number. */
  double score(Generation answer) {
    return score(answer.tokens()[0] == yes, answer.logProbabilities()[0]);
  }

  static double score(boolean yes, double logProbability) {
    // The probability of the other answer; next to 1 it would be 0 in the precision of a float.
    double other = Math.log(Math.max(-Math.expm1(logProbability), 1e-9));
    return yes ? logProbability - other : other - logProbability;
  }
}
