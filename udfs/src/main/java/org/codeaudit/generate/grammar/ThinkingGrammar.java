package org.codeaudit.generate.grammar;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.codeaudit.generate.request.OutputGrammar;
import org.codeaudit.model.AllowedTokens;
import org.codeaudit.model.TokenMask;
import org.codeaudit.token.Tokenizer;

/**
 * Thoughts of a bounded length between {@code <think>} and {@code </think>}, then an answer that
 * follows another grammar. The marks are the checkpoint's control tokens, or else plain text.
 */
public final class ThinkingGrammar implements OutputGrammar {
  private static final String OPEN = "<think>";
  private static final String CLOSE = "</think>";

  private final Vocabulary vocabulary;
  private final OutputGrammar answer;
  private final OptionalInt closing;
  private final int[] opening;
  private final int[] ending;
  private final int mostTokens;
  private int openingLeft;
  private int endingLeft;
  private int thoughts;
  private String tail = "";
  private boolean thinking = true;

  /**
   * @param opened whether the prompt ends with {@code <think>} already
   * @param mostTokens how many tokens of thought may come before the end of thinking is forced
   * @param answer a fresh grammar
   */
  public ThinkingGrammar(
      Tokenizer tokenizer, boolean opened, int mostTokens, OutputGrammar answer) {
    this.vocabulary = Vocabulary.of(tokenizer);
    this.answer = answer;
    this.mostTokens = mostTokens;
    closing = tokenizer.control(CLOSE);
    opening = opened ? new int[0] : mark(tokenizer, OPEN);
    ending = mark(tokenizer, CLOSE);
    openingLeft = opening.length;
  }

  private ThinkingGrammar(ThinkingGrammar other) {
    vocabulary = other.vocabulary;
    answer = other.answer.copy();
    closing = other.closing;
    opening = other.opening;
    ending = other.ending;
    mostTokens = other.mostTokens;
    openingLeft = other.openingLeft;
    endingLeft = other.endingLeft;
    thoughts = other.thoughts;
    tail = other.tail;
    thinking = other.thinking;
  }

  @Override
  public OutputGrammar copy() {
    return new ThinkingGrammar(this);
  }

  @Override
  public int[] forced() {
    if (openingLeft > 0) {
      return Arrays.copyOfRange(opening, opening.length - openingLeft, opening.length);
    }
    if (!thinking) {
      return answer.forced();
    }
    if (endingLeft == 0 && thoughts >= mostTokens) {
      endingLeft = ending.length;
    }
    return Arrays.copyOfRange(ending, ending.length - endingLeft, ending.length);
  }

  @Override
  public AllowedTokens allowed() {
    return thinking ? vocabulary.set(closing, this::thoughtsOrClosing) : answer.allowed();
  }

  @Override
  public void accept(int token) {
    if (openingLeft > 0) {
      expect(opening[opening.length - openingLeft], token);
      openingLeft--;
    } else if (!thinking) {
      answer.accept(token);
    } else if (endingLeft > 0) {
      expect(ending[ending.length - endingLeft], token);
      thinking = --endingLeft > 0;
    } else {
      think(token);
    }
  }

  @Override
  public boolean complete() {
    return !thinking && answer.complete();
  }

  private void think(int token) {
    if (closing.isPresent() && closing.getAsInt() == token) {
      thinking = false;
      return;
    }
    byte[] bytes = vocabulary.bytes(token);
    if (bytes.length == 0) {
      throw new IllegalArgumentException("token " + token + " is no text to think in");
    }
    thoughts++;
    if (closing.isEmpty()) {
      String text = tail + new String(bytes, StandardCharsets.ISO_8859_1);
      thinking = !text.contains(CLOSE);
      tail = text.substring(Math.max(0, text.length() - CLOSE.length()));
    }
  }

  private AllowedTokens thoughtsOrClosing() {
    BitSet ids = new BitSet();
    IntStream.of(vocabulary.ids()).forEach(ids::set);
    closing.ifPresent(ids::set);
    return new AllowedTokens.Masked(new TokenMask(ids));
  }

  private static int[] mark(Tokenizer tokenizer, String text) {
    OptionalInt control = tokenizer.control(text);
    return control.isPresent() ? new int[] {control.getAsInt()} : tokenizer.encodeFurther(text);
  }

  private static void expect(int expected, int token) {
    if (expected != token) {
      throw new IllegalArgumentException("token " + token + " came where " + expected + " must");
    }
  }
}
