package org.codeaudit.token;

/**
 * Turns the tokens of one answer into text while they are generated. A character whose bytes are
 * spread over several tokens is returned with the last of them. The results of {@link #append} and
 * {@link #finish}, concatenated, are what {@link Tokenizer#decode} returns for all ids at once. For
 * one answer only; not thread safe.
 */
public final class StreamingDecoder {
  private final Tokenizer tokenizer;
  private final Utf8Decoder decoder = new Utf8Decoder();

  /** Whether a space would be part of the text. */
  private boolean begun;

  public StreamingDecoder(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
    this.begun = !tokenizer.stripsSpace();
  }

  /** The text that this token completes; empty inside a character. */
  public String append(int id) {
    StringBuilder text = new StringBuilder();
    decoder.decode(tokenizer.textBytes(id), text);
    boolean strip = !begun && !text.isEmpty() && text.charAt(0) == ' ';
    begun |= !text.isEmpty();
    return text.substring(strip ? 1 : 0);
  }

  /** Ends the answer: U+FFFD if a character is unfinished, else empty. */
  public String finish() {
    StringBuilder text = new StringBuilder();
    decoder.finish(text);
    return text.toString();
  }
}
