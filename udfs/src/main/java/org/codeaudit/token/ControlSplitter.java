package org.codeaudit.token;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.codeaudit.token.jinja.Text;

/**
 * Finds added tokens as {@code tokenizers} does (the leftmost, then the longest; those that are not
 * normalised first), but only where every character of one is trusted.
 */
final class ControlSplitter {

  /**
   * A part of a text.
   *
   * @param id the added token it is, or -1 for ordinary text
   */
  record Piece(int start, int end, int id) {}

  /** Tokens by their first character, the longest first. */
  private static final class Tokens {
    private final BitSet firsts = new BitSet();
    private final Map<Character, List<AddedToken>> tokens = new HashMap<>();

    Tokens(Stream<AddedToken> some) {
      some.sorted(Comparator.comparingInt(token -> -token.text().length()))
          .forEach(
              token -> {
                firsts.set(token.text().charAt(0));
                tokens
                    .computeIfAbsent(token.text().charAt(0), first -> new ArrayList<>())
                    .add(token);
              });
    }

    List<AddedToken> beginningWith(char first) {
      // most characters begin none: those cost no look-up
      return firsts.get(first) ? tokens.get(first) : List.of();
    }

    boolean isEmpty() {
      return tokens.isEmpty();
    }
  }

  private final Tokens verbatim;
  private final Tokens normalized;

  ControlSplitter(List<AddedToken> tokens) {
    verbatim = new Tokens(tokens.stream().filter(token -> !token.normalized()));
    normalized = new Tokens(tokens.stream().filter(AddedToken::normalized));
  }

  /** The pieces of a text in order; white space that a token swallows is in its piece. */
  List<Piece> split(Text text) {
    String characters = text.toString();
    boolean[] trusted = new boolean[characters.length()];
    int at = 0;
    for (Text.Run run : text.runs()) {
      int end = at + run.characters().length();
      Arrays.fill(trusted, at, end, run.trusted());
      at = end;
    }
    List<Piece> pieces = new ArrayList<>();
    for (Piece piece : split(characters, trusted, new Piece(0, at, -1), verbatim)) {
      if (piece.id() >= 0) {
        pieces.add(piece);
      } else {
        pieces.addAll(split(characters, trusted, piece, normalized));
      }
    }
    return pieces;
  }

  private static List<Piece> split(String text, boolean[] trusted, Piece within, Tokens tokens) {
    if (tokens.isEmpty()) {
      return within.start() < within.end() ? List.of(within) : List.of();
    }
    List<Piece> pieces = new ArrayList<>();
    int done = within.start();
    int at = within.start();
    while (at < within.end()) {
      AddedToken token = tokenAt(text, trusted, at, within, tokens);
      if (token == null) {
        at++;
        continue;
      }
      int start = at;
      int end = at + token.text().length();
      while (token.stripLeft() && start > done && Character.isWhitespace(text.charAt(start - 1))) {
        start--;
      }
      while (token.stripRight() && end < within.end() && Character.isWhitespace(text.charAt(end))) {
        end++;
      }
      if (done < start) {
        pieces.add(new Piece(done, start, -1));
      }
      pieces.add(new Piece(start, end, token.id()));
      done = end;
      at = end;
    }
    if (done < within.end()) {
      pieces.add(new Piece(done, within.end(), -1));
    }
    return pieces;
  }

  private static AddedToken tokenAt(
      String text, boolean[] trusted, int at, Piece within, Tokens tokens) {
    if (!trusted[at]) {
      return null;
    }
    for (AddedToken token : tokens.beginningWith(text.charAt(at))) {
      int end = at + token.text().length();
      if (end <= within.end()
          && text.startsWith(token.text(), at)
          && allTrusted(trusted, at, end)
          && !(token.singleWord() && touchesWord(text, at, end))) {
        return token;
      }
    }
    return null;
  }

  private static boolean allTrusted(boolean[] trusted, int start, int end) {
    for (int at = start; at < end; at++) {
      if (!trusted[at]) {
        return false;
      }
    }
    return true;
  }

  private static boolean touchesWord(String text, int start, int end) {
    return start > 0 && wordCharacter(text.charAt(start - 1))
        || end < text.length() && wordCharacter(text.charAt(end));
  }

  private static boolean wordCharacter(char character) {
    return Character.isLetterOrDigit(character) || character == '_';
  }
}
