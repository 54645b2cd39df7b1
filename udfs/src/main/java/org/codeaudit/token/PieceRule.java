package org.codeaudit.token;

import static org.codeaudit.token.CharacterClasses.LETTER;
import static org.codeaudit.token.CharacterClasses.NUMBER;
import static org.codeaudit.token.CharacterClasses.OTHER;
import static org.codeaudit.token.CharacterClasses.SPACE;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How the tokenizer families we know cut a text into the pieces that are merged on their own, done
 * by hand: their regular expressions, of which each alternative is named below, take most of a
 * tokenizer's time.
 *
 * @param expression what it does, as {@code tokenizer.json} files write it
 * @param digits the most digits of a piece; 0 where a number is a word
 * @param apart whether digits are cut out first, so that nothing looks across them
 */
record PieceRule(String expression, int digits, boolean apart) {
  private static final String GPT2 =
      "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";
  private static final String ONE_NUMBER = "\\p{N}";

  private static final PieceRule WORDS = new PieceRule(GPT2, 0, false);
  private static final PieceRule WORDS_AND_DIGITS = new PieceRule(GPT2, 0, true);
  private static final List<PieceRule> CODE = List.of(code("\\p{N}", 1), code("\\p{N}{1,3}", 3));

  private static PieceRule code(String number, int digits) {
    return new PieceRule(
        "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|"
            + number
            + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
        digits,
        false);
  }

  /** The rule of a document's {@code pre_tokenizer}; empty if it is none of those known here. */
  static Optional<PieceRule> of(List<JsonNode> steps) {
    List<String> splits = new ArrayList<>();
    for (JsonNode step : steps) {
      Optional<String> split = split(step);
      if (split.isEmpty()) {
        return Optional.empty();
      }
      split.filter(expression -> !expression.isEmpty()).ifPresent(splits::add);
    }
    if (splits.equals(List.of(ONE_NUMBER, GPT2))) {
      return Optional.of(WORDS_AND_DIGITS);
    }
    if (splits.equals(List.of(GPT2))) {
      return Optional.of(WORDS);
    }
    return CODE.stream().filter(rule -> splits.equals(List.of(rule.expression))).findFirst();
  }

  /** What a step splits at; an empty text where it splits nothing. */
  private static Optional<String> split(JsonNode step) {
    return switch (step.path("type").asText()) {
      case "ByteLevel" ->
          step.path("add_prefix_space").asBoolean(true)
              ? Optional.empty()
              : Optional.of(step.path("use_regex").asBoolean(true) ? GPT2 : "");
      case "Digits" ->
          step.path("individual_digits").asBoolean() ? Optional.of(ONE_NUMBER) : Optional.empty();
      case "Split" ->
          step.path("behavior").asText().equals("Isolated") && !step.path("invert").asBoolean()
              ? Optional.ofNullable(step.path("pattern").path("Regex").textValue())
              : Optional.empty();
      default -> Optional.empty();
    };
  }

  /**
   * How far the pieces from a place on may reach, and look: to the next digit if those are cut out
   * first.
   */
  int limit(char[] text, byte[] classes, int at) {
    if (!apart) {
      return text.length;
    }
    if (classes[at] == NUMBER) {
      return next(text, at);
    }
    int limit = at;
    while (limit < text.length && classes[limit] != NUMBER) {
      limit++;
    }
    return limit;
  }

  /**
   * Where the piece that begins at a place ends.
   *
   * @param limit of that place
   */
  int end(char[] text, byte[] classes, int at, int limit) {
    return digits == 0 ? word(text, classes, at, limit) : codeWord(text, classes, at, limit);
  }

  private static int word(char[] text, byte[] classes, int at, int limit) {
    if (text[at] == '\'') {
      int end = contraction(text, at, limit, false);
      if (end > at) {
        return end;
      }
    }
    int start = text[at] == ' ' && at + 1 < limit ? at + 1 : at; // " ?"
    if (classes[start] != SPACE) {
      return run(classes, classes[start], start, limit);
    }
    return space(classes, at, run(classes, SPACE, at, limit), limit);
  }

  private int codeWord(char[] text, byte[] classes, int at, int limit) {
    if (text[at] == '\'') {
      int end = contraction(text, at, limit, true);
      if (end > at) {
        return end;
      }
    }
    byte kind = classes[at];
    if (kind == LETTER) {
      return run(classes, LETTER, at, limit);
    }
    if (kind == NUMBER) {
      return number(text, classes, at, limit);
    }
    int next = next(text, at);
    boolean lineBreak = lineBreak(text[at]);
    if (!lineBreak && next < limit && classes[next] == LETTER) { // "[^\r\n\p{L}\p{N}]?\p{L}+"
      return run(classes, LETTER, next, limit);
    }
    int start = text[at] == ' ' && next < limit ? next : at;
    if (classes[start] == OTHER) { // " ?[^\s\p{L}\p{N}]+[\r\n]*"
      int end = run(classes, OTHER, start, limit);
      while (end < limit && lineBreak(text[end])) {
        end++;
      }
      return end;
    }
    int end = run(classes, SPACE, at, limit);
    for (int last = end - 1; last >= at; last--) { // "\s*[\r\n]+"
      if (lineBreak(text[last])) {
        return last + 1;
      }
    }
    return space(classes, at, end, limit);
  }

  /** The last of several spaces belongs to what follows: "\s+(?!\S)|\s+". */
  private static int space(byte[] classes, int at, int end, int limit) {
    return end == limit || end - at == 1 ? end : end - 1;
  }

  private int number(char[] text, byte[] classes, int at, int limit) {
    int end = at;
    for (int count = 0; count < digits && end < limit && classes[end] == NUMBER; count++) {
      end = next(text, end);
    }
    return end;
  }

  /** Where a contraction ends; {@code at} if there is none. */
  private static int contraction(char[] text, int at, int limit, boolean anyCase) {
    char first = at + 1 < limit ? letter(text[at + 1], anyCase) : 0;
    if (first == 's' || first == 't' || first == 'm' || first == 'd') {
      return at + 2;
    }
    char second = at + 2 < limit ? letter(text[at + 2], anyCase) : 0;
    boolean two = (first == 'r' || first == 'v') && second == 'e' || first == 'l' && second == 'l';
    return two ? at + 3 : at;
  }

  private static char letter(char character, boolean anyCase) {
    return anyCase && character >= 'A' && character <= 'Z' ? (char) (character + 32) : character;
  }

  private static int run(byte[] classes, byte kind, int from, int limit) {
    int end = from;
    while (end < limit && classes[end] == kind) {
      end++;
    }
    return end;
  }

  private static boolean lineBreak(char character) {
    return character == '\n' || character == '\r';
  }

  private static int next(char[] text, int at) {
    return at + (Character.isHighSurrogate(text[at]) ? 2 : 1);
  }
}
