package org.codeaudit.finding;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The places of a text where secrets of each rule may begin, found in one pass: most code has
 * hardly any, and trying every expression at every character would take a hundred times as long.
 */
final class SecretStarts {
  private static final int ASCII = 128;

  /** A literal of a rule in lower case; the rule checks what it finds. */
  private record Literal(String text, int rule) {
    boolean at(String other, int place) {
      return other.regionMatches(true, place, text, 0, text.length());
    }
  }

  /** By the first two characters in lower case; null where no literal begins with them. */
  private static final Literal[][] LITERALS = new Literal[ASCII * ASCII][];

  static {
    for (int rule = 0; rule < SecretRule.ALL.size(); rule++) {
      for (String text : SecretRule.ALL.get(rule).starts()) {
        int pair = pair(text.charAt(0), text.charAt(1));
        Literal[] some = LITERALS[pair] == null ? new Literal[0] : LITERALS[pair];
        LITERALS[pair] = Arrays.copyOf(some, some.length + 1);
        LITERALS[pair][some.length] = new Literal(text, rule);
      }
    }
  }

  private final List<List<Integer>> places = new ArrayList<>();

  SecretStarts(String text) {
    SecretRule.ALL.forEach(rule -> places.add(null));
    for (int at = 0; at + 1 < text.length(); at++) {
      Literal[] literals = LITERALS[pair(text.charAt(at), text.charAt(at + 1))];
      if (literals != null) {
        for (Literal literal : literals) {
          if (literal.at(text, at)) {
            add(literal.rule, at);
          }
        }
      }
    }
  }

  /** The places where matches of a rule can begin, in order. */
  List<Integer> of(int rule) {
    return Optional.ofNullable(places.get(rule)).orElse(List.of());
  }

  private void add(int rule, int place) {
    if (places.get(rule) == null) {
      places.set(rule, new ArrayList<>());
    }
    places.get(rule).add(place);
  }

  private static int pair(char first, char second) {
    return lower(first) * ASCII + lower(second);
  }

  /** As expressions do that ignore the case of ASCII letters only; NUL for other characters. */
  private static int lower(char character) {
    return character >= 'A' && character <= 'Z'
        ? character + 32
        : character < ASCII ? character : 0;
  }
}
