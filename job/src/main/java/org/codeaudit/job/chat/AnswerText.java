package org.codeaudit.job.chat;

import java.util.List;
import org.codeaudit.token.StreamingDecoder;
import org.codeaudit.token.Tokenizer;

/**
 * The text of an answer as far as it can be shown: whole characters, and nothing that may turn out
 * to be a stop string.
 */
final class AnswerText {
  private final StreamingDecoder decoder;
  private final List<String> stopStrings;
  private final StringBuilder text = new StringBuilder();
  private int shown;

  AnswerText(Tokenizer tokenizer, List<String> stopStrings) {
    this.decoder = new StreamingDecoder(tokenizer);
    this.stopStrings = stopStrings.stream().filter(stop -> !stop.isEmpty()).toList();
  }

  /** Takes the next token; returns what can be shown now. */
  String append(int token) {
    text.append(decoder.append(token));
    return upTo(stopStrings.stream().mapToInt(this::safe).min().orElse(text.length()));
  }

  /** Ends an answer that was stopped; returns what was not shown yet. */
  String finish() {
    text.append(decoder.finish());
    return upTo(text.length());
  }

  /** What was shown of the answer. */
  String shown() {
    return text.substring(0, shown);
  }

  private String upTo(int end) {
    String more = text.substring(shown, Math.max(shown, end));
    shown += more.length();
    return more;
  }

  /** Where a stop string begins, or may begin at the end of the text. */
  private int safe(String stop) {
    int whole = text.indexOf(stop, shown);
    if (whole >= 0) {
      return whole;
    }
    for (int from = Math.max(shown, text.length() - stop.length() + 1);
        from < text.length();
        from++) {
      if (stop.startsWith(text.substring(from))) {
        return from;
      }
    }
    return text.length();
  }
}
