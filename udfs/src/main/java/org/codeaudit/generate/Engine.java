package org.codeaudit.generate;

import java.util.BitSet;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.codeaudit.AuditException;
import org.codeaudit.generate.request.Generation;
import org.codeaudit.generate.request.GenerationRequest;
import org.codeaudit.generate.request.NotStarted;
import org.codeaudit.generate.request.TokenListener;
import org.codeaudit.model.AllowedTokens;
import org.codeaudit.model.LanguageModel;
import org.codeaudit.model.ModelDescription;
import org.codeaudit.model.ModelFailure;
import org.codeaudit.model.TokenMask;
import org.codeaudit.token.Tokenizer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that steps a model for every task of the JVM. The model is loaded, used and closed on
 * that thread and no other. Requests may come from any thread; they join and leave the running
 * batch between steps.
 *
 * <p>The engine accepts any number of requests: callers limit themselves by {@link #pending()}.
 */
public final class Engine implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Engine.class);

  /** In the queue, a request; or nothing, to wake the thread. */
  private final BlockingQueue<Optional<Sequence>> inbox = new LinkedBlockingQueue<>();

  private final EngineSettings settings;
  private final CompletableFuture<Loaded> loaded = new CompletableFuture<>();
  private final AtomicInteger pending = new AtomicInteger();
  private final AtomicBoolean tokenizerClosed = new AtomicBoolean();
  private final Thread thread;
  private volatile EngineStatistics statistics = EngineStatistics.NONE;

  /** Why no more requests are accepted; null while they are. Written under this object's lock. */
  private volatile Throwable ended;

  private record Loaded(LoadedModel parts, ModelDescription description, int limit) {}

  /**
   * An engine for a model that is loaded already. Owns the model and the tokenizer from here on.
   */
  public Engine(LanguageModel model, Tokenizer tokenizer, EngineSettings settings) {
    this(() -> new LoadedModel(model, tokenizer), settings);
  }

  /** Begins to load; see {@link #awaitLoaded}. */
  Engine(Callable<LoadedModel> loader, EngineSettings settings) {
    this.settings = settings;
    thread = new Thread(() -> run(loader), "code-audit-engine");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Loads a model on the thread of a new engine and waits for it.
   *
   * @param loader called on that thread; leaves nothing open if it fails
   * @throws RuntimeException the loader's own, or {@link ModelFailure} around another kind
   * @throws InterruptedException if the caller was interrupted; the engine is closed then
   */
  public static Engine load(Callable<LoadedModel> loader, EngineSettings settings)
      throws InterruptedException {
    Engine engine = new Engine(loader, settings);
    try {
      engine.awaitLoaded();
      return engine;
    } catch (InterruptedException interruption) {
      engine.close();
      throw interruption;
    }
  }

  /** Waits until the model is loaded; fails with the reason if loading fails. */
  void awaitLoaded() throws InterruptedException {
    try {
      loaded.get();
    } catch (ExecutionException failure) {
      throw unchecked(failure.getCause());
    }
  }

  /** The description of the loaded model. */
  public ModelDescription description() {
    return loaded.join().description();
  }

  /** The most tokens of a prompt and its answer together. */
  public int limit() {
    return loaded.join().limit();
  }

  /** The model with its tokenizer and chat template; the engine closes the tokenizer. */
  public LoadedModel loaded() {
    return loaded.join().parts();
  }

  /**
   * Queues a request.
   *
   * <p>The result is completed on the engine's thread: dependent stages that do work belong on
   * another one. Cancelling it withdraws the request, at the latest after the step in progress.
   *
   * @return the answer; or the failure: {@link AuditException} if this prompt cannot be run, {@link
   *     ModelFailure} if the engine is dead, whatever the request's grammar threw; {@link
   *     CancellationException} if the engine was closed
   */
  public CompletableFuture<Generation> submit(GenerationRequest request) {
    return submit(request, () -> true);
  }

  /**
   * As {@link #submit(GenerationRequest)}, but only if it may start when its turn comes.
   *
   * @param mayStart asked before each step until the request's first; once it says no, the answer
   *     fails with {@link NotStarted}. Called on the engine's thread: it must return at once
   */
  public CompletableFuture<Generation> submit(GenerationRequest request, BooleanSupplier mayStart) {
    return submit(request, mayStart, TokenListener.NONE);
  }

  /**
   * As {@link #submit(GenerationRequest)}, with the tokens of the answer as they come.
   *
   * @param listener may still hear of some tokens after the request was cancelled
   */
  public CompletableFuture<Generation> submit(GenerationRequest request, TokenListener listener) {
    return submit(request, () -> true, listener);
  }

  private CompletableFuture<Generation> submit(
      GenerationRequest request, BooleanSupplier mayStart, TokenListener listener) {
    Loaded parts = loaded.join();
    Optional<AuditException> objection =
        Admission.objection(request, parts.description(), parts.limit());
    if (objection.isPresent()) {
      return CompletableFuture.failedFuture(objection.get());
    }
    Sequence sequence =
        new Sequence(request, parts.parts().tokenizer(), parts.limit(), mayStart, listener);
    pending.incrementAndGet();
    sequence.result().whenComplete((generation, failure) -> pending.decrementAndGet());
    synchronized (this) {
      if (ended == null) {
        inbox.add(Optional.of(sequence));
        return sequence.result();
      }
    }
    sequence.result().completeExceptionally(ended);
    return sequence.result();
  }

  /**
   * Requests that are neither answered, failed nor cancelled; counted down soon after each ends.
   */
  public int pending() {
    return pending.get();
  }

  /** Whether the engine has failed or been closed, and accepts no more requests. */
  public boolean ended() {
    return ended != null;
  }

  /** What the engine had done after its latest step. */
  public EngineStatistics statistics() {
    return statistics;
  }

  /** Its state now, without waiting; empty while it loads and once it has ended. */
  public Optional<EngineReading> reading() {
    if (ended() || !loaded.isDone() || loaded.isCompletedExceptionally()) {
      return Optional.empty();
    }
    return Optional.of(new EngineReading(description(), statistics(), pending()));
  }

  /**
   * Cancels what is pending, waits for the step in progress and closes the model, then the
   * tokenizer. May be called again, and by any thread.
   */
  @Override
  public void close() {
    stop();
    if (Thread.currentThread() != thread
        && !loaded.isCompletedExceptionally()
        && tokenizerClosed.compareAndSet(false, true)) {
      loaded().tokenizer().close();
    }
  }

  /** Cancels what is pending and waits until the model is closed. The tokenizer stays open. */
  void stop() {
    end(new CancellationException("The engine has been closed"));
    if (Thread.currentThread() == thread) {
      return;
    }
    if (!loaded.isDone()) {
      // loading takes long, and ends early if its thread is interrupted
      thread.interrupt();
    }
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException interruption) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run(Callable<LoadedModel> loader) {
    LoadedModel parts;
    long began = System.nanoTime();
    try {
      parts = loader.call();
    } catch (Throwable failure) {
      LOG.info("The model could not be loaded: {}", failure.toString());
      end(failure);
      loaded.completeExceptionally(failure);
      return;
    }
    try (LanguageModel model = parts.model()) {
      ModelDescription description = model.description();
      EngineCore core = new EngineCore(model, settings, choosable(description, parts.tokenizer()));
      logLoaded(description, System.nanoTime() - began);
      loaded.complete(new Loaded(parts, description, core.limit()));
      serve(core);
    } catch (Throwable failure) {
      LOG.error("The engine has failed", failure);
      end(failure);
      if (loaded.completeExceptionally(failure)) {
        parts.tokenizer().close();
      }
    }
  }

  private static void logLoaded(ModelDescription model, long nanos) {
    LOG.info(
        "Loaded {} ({}, {} arithmetic) on {} in {} s: {} MiB of weights, cache for {} tokens",
        model.id(),
        model.precision(),
        model.arithmetic(),
        model.device(),
        String.format(Locale.ROOT, "%.1f", nanos / 1e9),
        model.weightBytes() >> 20,
        model.cacheTokens());
  }

  private void serve(EngineCore core) {
    try {
      while (ended == null) {
        receive(core);
        if (ended == null) {
          core.step();
          statistics = core.statistics();
        }
      }
    } catch (Throwable failure) {
      LOG.error("The engine ends: its model cannot be used any more", failure);
      end(
          failure instanceof ModelFailure
              ? failure
              : new ModelFailure("The engine is dead: a step of the model failed", failure));
    }
    core.abandon(ended);
    inbox.forEach(item -> item.ifPresent(this::refuse));
    inbox.clear();
  }

  private void refuse(Sequence sequence) {
    sequence.result().completeExceptionally(ended);
  }

  /** Takes what has come in. If there is nothing else to do, checks the cache and waits. */
  private void receive(EngineCore core) throws InterruptedException {
    Optional<Sequence> next = inbox.poll();
    if (next == null && core.idle()) {
      core.checkCache();
      next = inbox.take();
    }
    while (next != null) {
      next.ifPresent(core::add);
      next = inbox.poll();
    }
  }

  private synchronized void end(Throwable reason) {
    if (ended == null) {
      ended = reason;
    }
    inbox.add(Optional.empty());
  }

  /**
   * The ids that have a meaning. Checkpoints pad the vocabulary with rows that have none and were
   * hardly trained; one of those must never be chosen.
   */
  private static AllowedTokens choosable(ModelDescription description, Tokenizer tokenizer) {
    BitSet ids = new BitSet();
    for (int id = 0; id < Math.min(tokenizer.size(), description.vocabularySize()); id++) {
      ids.set(id, tokenizer.isControl(id) || tokenizer.bytes(id).length > 0);
    }
    return ids.cardinality() == description.vocabularySize()
        ? AllowedTokens.ALL
        : new AllowedTokens.Masked(new TokenMask(ids));
  }

  private static RuntimeException unchecked(Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    return failure instanceof RuntimeException known
        ? known
        : new ModelFailure("The model could not be loaded: " + failure, failure);
  }
}
