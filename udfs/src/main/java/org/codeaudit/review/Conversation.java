package org.codeaudit.review;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.codeaudit.generate.request.Generation;
import org.codeaudit.generate.request.GenerationRequest;
import org.codeaudit.generate.request.Timing;

/**
 * Several questions with one result. If one question fails, all fail with the same reason;
 * cancelling the result withdraws the questions that are still open.
 *
 * @param <T> the result
 */
final class Conversation<T> {
  private final Asker asker;
  private final CompletableFuture<T> result = new CompletableFuture<>();
  private final Set<CompletableFuture<Generation>> open = ConcurrentHashMap.newKeySet();
  private final TimingSum timing = new TimingSum();

  Conversation(Asker asker) {
    this.asker = asker;
    result.whenComplete(
        (value, failure) -> {
          if (failure != null) {
            open.forEach(question -> question.cancel(true));
          }
        });
  }

  CompletableFuture<T> result() {
    return result;
  }

  /** The time of all questions so far. */
  Timing timing() {
    return timing.total();
  }

  /** Asks one question. */
  CompletableFuture<Generation> ask(GenerationRequest request) {
    CompletableFuture<Generation> question = asker.ask(request);
    open.add(question);
    CompletableFuture<Generation> counted =
        question.whenComplete(
            (generation, failure) -> {
              open.remove(question);
              if (failure == null) {
                timing.add(generation.timing());
              } else {
                fail(failure);
              }
            });
    if (result.isDone()) {
      question.cancel(true);
    }
    // Not the question itself: what depends on it would run before its time is counted.
    return counted;
  }

  /** All of several futures, in their order. */
  static <E> CompletableFuture<List<E>> all(List<CompletableFuture<E>> futures) {
    return CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new))
        .thenApply(done -> futures.stream().map(CompletableFuture::join).toList());
  }

  /**
   * Goes on when a part is there, on another thread than the engine's, which must not be held up.
   */
  <A, B> CompletableFuture<B> then(
      CompletableFuture<A> part, Function<A, CompletableFuture<B>> next) {
    return part.thenComposeAsync(next);
  }

  /** Completes with this result, or fails with its reason. */
  CompletableFuture<T> end(CompletableFuture<T> last) {
    last.whenComplete(
        (value, failure) -> {
          if (failure == null) {
            result.complete(value);
          } else {
            fail(failure);
          }
        });
    return result;
  }

  /** At once, although other questions are still open: they are withdrawn. */
  private void fail(Throwable failure) {
    result.completeExceptionally(
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure);
  }
}
