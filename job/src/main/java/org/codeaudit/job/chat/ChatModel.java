package org.codeaudit.job.chat;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import org.codeaudit.AuditException;
import org.codeaudit.generate.Engine;
import org.codeaudit.generate.LoadedModel;
import org.codeaudit.generate.request.Generation;
import org.codeaudit.generate.request.GenerationRequest;
import org.codeaudit.generate.request.TokenListener;
import org.codeaudit.model.ModelDescription;
import org.codeaudit.model.ModelFailure;
import org.codeaudit.token.ThoughtTokens;
import org.codeaudit.udf.setting.AnswerSettings;
import org.codeaudit.udf.setting.GenerateSettings;

/** The model of a conversation: one question at a time, whose answer is shown as it comes. */
final class ChatModel {
  /** In the queue of tokens: there will be no more. */
  private static final int END = -1;

  private final Engine engine;
  private final AnswerSettings settings;
  private final GenerateSettings sampling;
  private final ThoughtTokens thoughts;
  private long asked;

  /** The answer that is being written, or was last; guarded by this object. */
  private CompletableFuture<Generation> written = new CompletableFuture<>();

  /** Where an answer is shown. */
  @FunctionalInterface
  interface Reader {
    /**
     * Takes the next piece.
     *
     * @param thought whether the model thinks it and does not say it
     */
    void piece(String text, boolean thought);
  }

  ChatModel(Engine engine, AnswerSettings settings, GenerateSettings sampling) {
    this.engine = engine;
    this.settings = settings;
    this.sampling = sampling;
    this.thoughts = ThoughtTokens.of(engine.loaded().tokenizer());
  }

  ModelDescription description() {
    return engine.description();
  }

  /** The most tokens of a conversation and its last answer. */
  int limit() {
    return engine.limit();
  }

  /** How many tokens a text has. */
  int tokens(String text) {
    return engine.loaded().tokenizer().encode(text).length;
  }

  /**
   * Asks and waits for the answer.
   *
   * @throws AuditException if the messages do not fit, or no prompt can be made of them
   * @throws ModelFailure if the model cannot be used any more
   */
  Turn ask(Conversation conversation, String message, Reader reader) {
    long begun = System.nanoTime();
    int[] prompt = engine.loaded().chat().encode(conversation.with(message), settings.thinking());
    if (prompt.length >= limit()) {
      throw ChatErrors.contextFull(prompt.length, limit(), !conversation.turns().isEmpty());
    }
    BlockingQueue<Integer> tokens = new LinkedBlockingQueue<>();
    CompletableFuture<Generation> answer = submit(prompt, tokens::add);
    answer.whenComplete((generation, failure) -> tokens.add(END));
    AnswerText text = new AnswerText(engine.loaded().tokenizer(), sampling.stopStrings());
    boolean thought = thoughts.begunBy(prompt);
    int count = 0;
    for (int token = next(tokens); token != END; token = next(tokens)) {
      count++;
      thought |= thoughts.open().equals(OptionalInt.of(token));
      reader.piece(text.append(token), thought);
      thought &= !thoughts.close().equals(OptionalInt.of(token));
    }
    Optional<Generation> whole = answered(answer);
    if (whole.isEmpty()) {
      reader.piece(text.finish(), thought);
      return new Turn(message, text.shown(), AnswerFacts.stopped(count, System.nanoTime() - begun));
    }
    reader.piece(whole.get().text().substring(text.shown().length()), thought);
    return new Turn(message, whole.get().text(), AnswerFacts.of(whole.get(), limit()));
  }

  /** Stops the answer that is being written, if there is one. Called by any thread. */
  synchronized void interrupt() {
    written.cancel(true);
  }

  /** Under the lock, so that an answer which has begun is one that can be stopped. */
  private synchronized CompletableFuture<Generation> submit(int[] prompt, TokenListener listener) {
    written = engine.submit(request(prompt), listener);
    return written;
  }

  private GenerationRequest request(int[] prompt) {
    LoadedModel loaded = engine.loaded();
    long seed = sampling.seed() + asked++;
    return new GenerationRequest(
        "message " + asked,
        prompt,
        settings.maxNewTokens(),
        sampling.sampling(loaded.defaults(), seed),
        Set.copyOf(loaded.defaults().endTokens()),
        sampling.stopStrings(),
        Optional.empty());
  }

  /** The answer; empty if it was stopped. */
  private Optional<Generation> answered(CompletableFuture<Generation> answer) {
    try {
      return Optional.of(answer.join());
    } catch (CancellationException e) {
      if (engine.ended()) {
        throw new ModelFailure("The engine was closed", e);
      }
      return Optional.empty();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw e;
    }
  }

  private int next(BlockingQueue<Integer> tokens) {
    while (true) {
      try {
        return tokens.take();
      } catch (InterruptedException e) {
        interrupt(); // ends the answer, and with it the wait
      }
    }
  }
}
