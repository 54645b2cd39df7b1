package org.codeaudit.token;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Judges how often a regular expression of a {@code tokenizer.json} may have to try again at one
 * place of a text. The native library gives up after ten million times and takes the process with
 * it, so that an expression that may come near is not handed to it.
 *
 * <p>Reads the syntax of Oniguruma as far as tokenizers use it; the rest counts as too much. The
 * count is an upper bound: ways to match what is repeated or optional, times those of what follows,
 * as far as something comes behind it that may fail.
 */
final class SplitPattern {
  private static final double MOST_TRIES = 5_000_000;

  /** What may be repeated without end is repeated up to the end of what is tokenised at once. */
  private static final int ENDLESS = Passages.LONGEST;

  private static final int DEEPEST = 50;
  private static final Pattern COUNT = Pattern.compile("\\{(\\d{1,6})?(,)?(\\d{1,6})?}");
  private static final Pattern GROUP = Pattern.compile("\\((?:\\?(?:[imx-]{0,6}:|[=!>]|<[=!]))?");
  private static final Pattern CHARACTER = Pattern.compile("\\\\[pP]\\{[^}]*}|\\\\[^1-9kgXKRyY]");

  /**
   * A part of an expression.
   *
   * @param tried ways to match it before something in it fails
   * @param open ways to match the end of it, behind which nothing has failed yet
   * @param fixed whether there is only one
   */
  private record Part(double tried, double open, boolean fixed) {
    static final Part ONE = new Part(1, 1, true);

    Part then(Part next, boolean mayFail) {
      double ways = tried * next.tried * (mayFail ? open : 1);
      return new Part(ways, mayFail ? next.open : open * next.open, fixed && next.fixed);
    }

    Part or(Part other) {
      return new Part(tried + other.tried, open + other.open, false);
    }
  }

  /** What is not understood, or repeats what varies. */
  private static final class TooMuch extends Exception {
    private static final long serialVersionUID = 1L;
  }

  private final String text;
  private int at;

  private SplitPattern(String text) {
    this.text = text;
  }

  /** Whether the library can be trusted to end, for every text. */
  static boolean isSafe(String expression) {
    SplitPattern pattern = new SplitPattern(expression);
    try {
      Part whole = pattern.alternatives(0);
      return pattern.at == expression.length() && whole.tried <= MOST_TRIES;
    } catch (TooMuch e) {
      return false;
    }
  }

  private Part alternatives(int depth) throws TooMuch {
    if (depth > DEEPEST) {
      throw new TooMuch();
    }
    Part all = sequence(depth);
    while (next('|')) {
      all = all.or(sequence(depth));
    }
    return all;
  }

  private Part sequence(int depth) throws TooMuch {
    Part all = Part.ONE;
    while (at < text.length() && text.charAt(at) != '|' && text.charAt(at) != ')') {
      all = counted(all, atom(depth));
    }
    return all;
  }

  /** The parts so far and one more, as often as it says. */
  private Part counted(Part before, Part atom) throws TooMuch {
    Matcher count = COUNT.matcher(text).region(at, text.length());
    char sign = at < text.length() ? text.charAt(at) : 0;
    Part all;
    if (next('?')) {
      all = before.then(new Part(atom.tried, atom.open + 1, false), false);
    } else if (next('*') || next('+')) {
      all = before.then(repeated(atom, ENDLESS), sign == '+');
    } else if (count.lookingAt()) {
      at = count.end();
      int least = count.group(1) == null ? 0 : Integer.parseInt(count.group(1));
      int most = count.group(3) == null ? ENDLESS : Integer.parseInt(count.group(3));
      all = before.then(repeated(atom, count.group(2) == null ? 1 : most - least + 1), true);
    } else {
      return before.then(atom, true);
    }
    // lazy, or possessive; what was counted is not
    if (!next('?') && sign != '{') {
      next('+');
    }
    if (at < text.length() && "?*+{".indexOf(text.charAt(at)) >= 0) {
      throw new TooMuch();
    }
    return all;
  }

  private static Part repeated(Part atom, double ways) throws TooMuch {
    if (!atom.fixed) {
      throw new TooMuch();
    }
    return new Part(1, ways, ways == 1);
  }

  private Part atom(int depth) throws TooMuch {
    char first = text.charAt(at);
    if (first == '[') {
      set();
    } else if (first == '(') {
      return group(depth);
    } else if (first == '\\') {
      take(CHARACTER);
    } else if ("?*+".indexOf(first) >= 0) {
      throw new TooMuch();
    } else {
      at++;
    }
    return Part.ONE;
  }

  private Part group(int depth) throws TooMuch {
    String begin = take(GROUP);
    if (begin.equals("(") && at < text.length() && "?*".indexOf(text.charAt(at)) >= 0) {
      throw new TooMuch();
    }
    Part inner = alternatives(depth + 1);
    if (!next(')')) {
      throw new TooMuch();
    }
    // what is looked at, or is never tried again, has one way once it is matched
    return begin.matches("\\(\\?<?[=!>]") ? new Part(inner.tried, 1, inner.fixed) : inner;
  }

  /** {@code [^a-z[0-9]]}; what is in it does not matter. */
  private void set() throws TooMuch {
    int open = 0;
    int before = at;
    do {
      if (at >= text.length()) {
        throw new TooMuch();
      }
      char sign = text.charAt(at);
      boolean first = open > 0 && text.substring(before, at).matches("\\[\\^?");
      if (sign == '[') {
        open++;
        before = at;
      } else if (sign == ']' && !first) {
        open--;
      } else if (sign == '\\') {
        at++;
      }
      at++;
    } while (open > 0);
  }

  private boolean next(char sign) {
    boolean there = at < text.length() && text.charAt(at) == sign;
    at += there ? 1 : 0;
    return there;
  }

  private String take(Pattern pattern) throws TooMuch {
    Matcher matcher = pattern.matcher(text).region(at, text.length());
    if (!matcher.lookingAt()) {
      throw new TooMuch();
    }
    at = matcher.end();
    return matcher.group();
  }
}
