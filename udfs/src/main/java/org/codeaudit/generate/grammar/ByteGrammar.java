package org.codeaudit.generate.grammar;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;
import java.util.stream.IntStream;
import org.codeaudit.generate.request.OutputGrammar;
import org.codeaudit.model.AllowedTokens;
import org.codeaudit.model.TokenMask;
import org.codeaudit.token.Tokenizer;

/**
 * A grammar of bytes. A token is allowed if all its bytes are, even if they cross several parts of
 * the form. Where only one continuation exists it is forced, in the tokens that the tokenizer would
 * make of it.
 */
final class ByteGrammar implements OutputGrammar {
  private static final int[] NOTHING = {};

  /** Larger sets are passed as masks. */
  private static final int SMALL = 512;

  private final Tokenizer tokenizer;
  private final Vocabulary vocabulary;
  private Position position;

  ByteGrammar(Tokenizer tokenizer, Element form) {
    this(tokenizer, Vocabulary.of(tokenizer), form.before(Position.END));
  }

  private ByteGrammar(Tokenizer tokenizer, Vocabulary vocabulary, Position position) {
    this.tokenizer = tokenizer;
    this.vocabulary = vocabulary;
    this.position = position;
  }

  @Override
  public OutputGrammar copy() {
    return new ByteGrammar(tokenizer, vocabulary, position);
  }

  @Override
  public int[] forced() {
    ByteArrayOutputStream run = new ByteArrayOutputStream();
    Position place = position;
    for (int only = place.only(); only >= 0; only = place.only()) {
      run.write(only);
      place = place.next(only);
    }
    return run.size() == 0 ? NOTHING : tokens(run.toByteArray());
  }

  @Override
  public AllowedTokens allowed() {
    Optional<Position.Recurring> recurring = position.recurring();
    return recurring.isPresent()
        ? vocabulary.set(recurring.get().key(), () -> allowed(recurring.get().position()))
        : allowed(position);
  }

  @Override
  public void accept(int token) {
    byte[] bytes = vocabulary.bytes(token);
    Position place = bytes.length == 0 ? Position.NOWHERE : position;
    for (byte next : bytes) {
      place = place.next(next & 0xff);
    }
    if (place == Position.NOWHERE) {
      throw new IllegalArgumentException("token " + token + " may not come here");
    }
    position = place;
  }

  @Override
  public boolean complete() {
    return position == Position.END;
  }

  private AllowedTokens allowed(Position place) {
    int[] ids = vocabulary.allowed(place);
    if (ids.length <= SMALL) {
      return new AllowedTokens.Only(ids);
    }
    BitSet set = new BitSet();
    IntStream.of(ids).forEach(set::set);
    return new AllowedTokens.Masked(new TokenMask(set));
  }

  private int[] tokens(byte[] run) {
    int[] natural = encoded(run);
    int[] tokens = spells(natural, run) ? natural : vocabulary.spell(run);
    if (tokens.length == 0) {
      throw new IllegalStateException(
          "the vocabulary has no tokens for " + run.length + " bytes the form demands");
    }
    return tokens;
  }

  /** The tokenizer's tokens for the run; none if the run ends within a character. */
  private int[] encoded(byte[] run) {
    try {
      return tokenizer.encodeFurther(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(run)).toString());
    } catch (CharacterCodingException partOfCharacter) {
      return NOTHING;
    }
  }

  /** Whether tokens spell the run: a tokenizer may add a leading space or normalise. */
  private boolean spells(int[] tokens, byte[] run) {
    ByteArrayOutputStream spelled = new ByteArrayOutputStream(run.length);
    for (int token : tokens) {
      spelled.writeBytes(vocabulary.bytes(token));
    }
    return Arrays.equals(spelled.toByteArray(), run);
  }
}
