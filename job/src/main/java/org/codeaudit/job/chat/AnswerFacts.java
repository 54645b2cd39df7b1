package org.codeaudit.job.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.codeaudit.generate.request.Generation;
import org.codeaudit.generate.request.Timing;
import org.codeaudit.placement.Amount;

/** How an answer ended and how long it took, in words. */
final class AnswerFacts {
  private AnswerFacts() {}

  /**
   * @param limit the most tokens of prompt and answer
   */
  static String of(Generation answer, int limit) {
    Timing timing = answer.timing();
    List<String> facts = new ArrayList<>();
    facts.add(rate(timing) + " in " + seconds(timing.totalNanos()));
    facts.add("first after " + seconds(timing.firstTokenNanos()));
    facts.add(
        String.format(
            Locale.ROOT,
            "prompt %,d tokens, %,d of them cached",
            timing.promptTokens(),
            timing.cachedTokens()));
    facts.add(
        String.format(
            Locale.ROOT,
            "context %,d of %,d",
            timing.promptTokens() + timing.generatedTokens(),
            limit));
    switch (answer.finishReason()) {
      case LENGTH -> facts.add("cut off: --max-new-tokens was reached");
      case CONTEXT -> facts.add("cut off: the context is full, /reset begins anew");
      case STOP, COMPLETE -> {}
    }
    return String.join("; ", facts);
  }

  /**
   * The facts of an answer that was stopped.
   *
   * @param nanos from question to end
   */
  static String stopped(int tokens, long nanos) {
    return "stopped after " + tokens(tokens) + " and " + seconds(nanos);
  }

  private static String tokens(int count) {
    return Amount.number(count) + (count == 1 ? " token" : " tokens");
  }

  private static String rate(Timing timing) {
    String tokens = tokens(timing.generatedTokens());
    return timing.decodeNanos() == 0
        ? tokens
        : String.format(
            Locale.ROOT,
            "%s, %.1f a second,",
            tokens,
            timing.generatedTokens() * 1e9 / timing.decodeNanos());
  }

  private static String seconds(long nanos) {
    return String.format(Locale.ROOT, "%.2f s", nanos / 1e9);
  }
}
