package org.codeaudit.token;

import java.nio.charset.StandardCharsets;

/**
 * Turns the tokens of one answer into text while they are generated. A character whose bytes are
 * spread over tokens comes out with the last of them. What {@link #append} and {@link #finish}
 * return, put together, is what {@link Tokenizer#decode} returns for all ids at once. Belongs to
 * one sequence; not thread safe.
 */
public final class StreamingDecoder {
  private final Tokenizer tokenizer;
  private final Utf8Decoder decoder = new Utf8Decoder();

  public StreamingDecoder(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /** The text that became whole with this token; empty within a character. */
  public String append(int id) {
    StringBuilder text = new StringBuilder();
    byte[] bytes =
        tokenizer.isControl(id)
            ? tokenizer.decode(new int[] {id}).getBytes(StandardCharsets.UTF_8)
            : tokenizer.bytes(id);
    decoder.decode(bytes, text);
    return text.toString();
  }

  /** Ends the answer: U+FFFD where a character was left unfinished, else empty. */
  public String finish() {
    StringBuilder text = new StringBuilder();
    decoder.finish(text);
    return text.toString();
  }
}
