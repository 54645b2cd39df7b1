package org.codeaudit.token;

import java.nio.charset.StandardCharsets;

/**
 * Turns the tokens of one answer into text while they are generated. A character whose bytes are
 * spread over several tokens is returned with the last of them. The results of {@link #append} and
 * {@link #finish}, concatenated, are what {@link Tokenizer#decode} returns for all ids at once. For
 * one answer only; not thread safe.
 */
public final class StreamingDecoder {
  private final Tokenizer tokenizer;
  private final Utf8Decoder decoder = new Utf8Decoder();

  public StreamingDecoder(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /** The text that this token completes; empty inside a character. */
  public String append(int id) {
    StringBuilder text = new StringBuilder();
    byte[] bytes =
        tokenizer.isControl(id)
            ? tokenizer.decode(new int[] {id}).getBytes(StandardCharsets.UTF_8)
            : tokenizer.bytes(id);
    decoder.decode(bytes, text);
    return text.toString();
  }

  /** Ends the answer: U+FFFD if a character is unfinished, else empty. */
  public String finish() {
    StringBuilder text = new StringBuilder();
    decoder.finish(text);
    return text.toString();
  }
}
