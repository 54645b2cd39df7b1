package org.codeaudit.syntax;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One way to read a text: a grammar, and what is thought to stand before and after the text, so
 * that a part of a file is read as what it is a part of. Of several readings the one with the
 * fewest errors counts, the first of equals.
 *
 * @param before text that opens what the part stands in, e.g. a class or a comment
 * @param after text that closes a comment or string the part ends in
 */
record Reading(Grammar grammar, String before, String after) {
  /** Of longer texts than this, a few errors do not call for another reading. */
  private static final int SHORT = 20_000;

  private static final List<String> PYTHON_QUOTES = List.of("\"\"\"", "'''");
  private static final String PHP_TAG = "<?php ";

  /** The best reading of the text by any of the grammars; empty if none reads it. */
  static Optional<ParsedCode> best(List<Grammar> grammars, String text) {
    Best best = new Best(text);
    for (Grammar grammar : grammars) {
      String opening = opening(grammar, text);
      best.offer(new Reading(grammar, opening, ""));
      for (Reading reading : cutReadings(grammar, opening, text)) {
        best.offer(reading);
      }
      if (!grammar.enclosing().isEmpty() && best.isOf(grammar)) {
        Reading plain = best.reading;
        best.offer(
            new Reading(
                grammar,
                opening + grammar.enclosing() + plain.before.substring(opening.length()),
                plain.after));
      }
    }
    return best.parsed();
  }

  /** The best reading of the text as it stands; empty if no grammar reads it. */
  static Optional<ParsedCode> whole(List<Grammar> grammars, String text) {
    Best best = new Best(text);
    grammars.forEach(grammar -> best.offer(new Reading(grammar, opening(grammar, text), "")));
    return best.parsed();
  }

  /** PHP is code only behind its tag; a part of a file may have none. */
  private static String opening(Grammar grammar, String text) {
    if (grammar != Grammar.PHP) {
      return "";
    }
    int open = text.indexOf("<?");
    int close = text.indexOf("?>");
    boolean inCode = open < 0 || close >= 0 && close < open;
    return inCode ? PHP_TAG : "";
  }

  /** Readings of a text that may begin or end inside a comment or a long string. */
  private static List<Reading> cutReadings(Grammar grammar, String opening, String text) {
    List<Reading> readings = new ArrayList<>();
    if (grammar == Grammar.PYTHON) {
      for (String quotes : PYTHON_QUOTES) {
        if (text.split(quotes, -1).length % 2 == 0) {
          readings.add(new Reading(grammar, quotes, ""));
          readings.add(new Reading(grammar, "", "\n" + quotes));
        }
      }
      return readings;
    }
    if (grammar == Grammar.RUBY) {
      return readings;
    }
    int firstClose = text.indexOf("*/");
    int firstOpen = text.indexOf("/*");
    String begun = opening + "/*";
    boolean beginsInside = firstClose >= 0 && (firstOpen < 0 || firstClose < firstOpen);
    boolean endsInside = text.lastIndexOf("/*") > text.lastIndexOf("*/");
    if (beginsInside) {
      readings.add(new Reading(grammar, begun, ""));
    }
    if (endsInside) {
      readings.add(new Reading(grammar, opening, "*/"));
    }
    if (beginsInside && endsInside) {
      readings.add(new Reading(grammar, begun, "*/"));
    }
    return readings;
  }

  private Optional<SyntaxTree> tree(String text) {
    Optional<SyntaxTree> tree =
        grammar
            .names()
            .flatMap(
                names ->
                    HarmlessText.of(before + text + after, grammar)
                        .flatMap(bytes -> NativeParser.parse(names, bytes)));
    tree.ifPresent(read -> read.moveTo(before.length(), text.length()));
    return tree;
  }

  /** The best of the readings offered so far. */
  private static final class Best {
    private final String text;
    private Reading reading;
    private SyntaxTree tree;
    private int errors = Integer.MAX_VALUE;
    private boolean gaveUp;

    Best(String text) {
      this.text = text;
    }

    /** Reads the text so, unless the best reading is good enough or there can be no good one. */
    void offer(Reading offered) {
      boolean goodEnough = text.length() < SHORT ? errors == 0 : errors <= text.length() / 50;
      if (goodEnough || gaveUp) {
        return;
      }
      Optional<SyntaxTree> read = offered.tree(text);
      gaveUp = read.isEmpty();
      int found = read.map(SyntaxTree::errors).orElse(Integer.MAX_VALUE);
      if (found < errors) {
        reading = offered;
        tree = read.get();
        errors = found;
      }
    }

    boolean isOf(Grammar grammar) {
      return reading != null && reading.grammar == grammar;
    }

    Optional<ParsedCode> parsed() {
      return reading == null
          ? Optional.empty()
          : Optional.of(new ParsedCode(reading.grammar, text, tree));
    }
  }
}
