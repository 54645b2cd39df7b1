package org.codeaudit.finding;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Replaces secrets by {@code [redacted:kind]} in everything that is written: nothing of the secret
 * is kept. It knows the shapes of common keys and tokens, private keys, passwords in connection
 * strings and on command lines, values, arguments, elements and options next to names like {@code
 * password}, and values that look random next to names like {@code apiKey}. Hashes, commit ids and
 * UUIDs elsewhere stay. The rules are data: {@code secret-rules.txt}. Takes time linear in the text
 * and is idempotent.
 */
public final class SecretRedactor {
  static final String MARKER = "[redacted:";
  private static final String PRIVATE_KEY = "private-key";

  /** Recognises secrets by their shape only. */
  public static final SecretRedactor SHAPES = new SecretRedactor(Map.of());

  /** Shorter values are no secrets where the name and the value stand behind each other. */
  private static final int SHORTEST_NAMED = 3;

  private static final Pattern MARK = Pattern.compile(Pattern.quote(MARKER) + "[a-z-]{1,40}+]");

  private static final int SHORTEST_LITERAL = 6;
  private static final int SHORTEST_KEY_LINE = 16;
  private static final int MOST_LITERALS = 200;
  private static final int MOST_PASSES = 4;

  private final Map<String, String> kindOfLiteral;

  private SecretRedactor(Map<String, String> kindOfLiteral) {
    this.kindOfLiteral = kindOfLiteral;
  }

  /**
   * A redactor that also recognises the secrets of this code where they appear on their own: in a
   * message that repeats a password, or in one line of a private key.
   */
  public static SecretRedactor knowing(String code) {
    Map<String, String> literals = new LinkedHashMap<>();
    List<Span> overlapping = SHAPES.overlapping(code);
    List<Span> spans = new ArrayList<>(withoutOverlaps(overlapping));
    // A secret within another, such as a private key without an end, is one by itself too.
    spans.addAll(overlapping);
    for (Span span : spans) {
      int shortest = span.kind.equals(PRIVATE_KEY) ? SHORTEST_KEY_LINE : SHORTEST_LITERAL;
      code.substring(span.start, span.end)
          .lines()
          .map(String::strip)
          .filter(literal -> literal.length() >= shortest)
          .filter(literal -> literals.size() < MOST_LITERALS)
          .forEach(literal -> literals.putIfAbsent(literal, span.kind));
    }
    return new SecretRedactor(literals);
  }

  /** Whether a text has the mark that stands in place of a secret. */
  public static boolean marks(String text) {
    return text.contains(MARKER);
  }

  /** What stands before the first mark of a text that has any. */
  public static String beforeMarks(String text) {
    return text.substring(0, text.indexOf(MARKER));
  }

  /** What stands behind the last mark of a text that has any. */
  public static String afterMarks(String text) {
    return text.substring(text.indexOf(']', text.lastIndexOf(MARKER)) + 1);
  }

  /** The text with every secret replaced; the same object if there is none. */
  public String redact(String text) {
    String redacted = redactOnce(text);
    // A mark has no white space, so what is around it may now look like a secret as well.
    for (int pass = 1; pass < MOST_PASSES && !redacted.equals(text); pass++) {
      text = redacted;
      redacted = redactOnce(text);
    }
    return redacted;
  }

  /** What one pass over the text redacts. */
  String redactOnce(String text) {
    List<Span> spans = withoutOverlaps(overlapping(text));
    if (spans.isEmpty()) {
      return text;
    }
    StringBuilder redacted = new StringBuilder(text.length());
    int from = 0;
    for (Span span : spans) {
      redacted.append(text, from, span.start).append(MARKER).append(span.kind).append(']');
      from = span.end;
    }
    return redacted.append(text, from, text.length()).toString();
  }

  /** A range of a text that is secret; 0-based, end exclusive. */
  private record Span(String kind, int start, int end) {}

  /** The secrets of a text, from left to right. */
  private List<Span> overlapping(String text) {
    List<Span> found = new ArrayList<>();
    kindOfLiteral.forEach((literal, kind) -> addLiteral(literal, kind, text, found));
    addShapes(text, found);
    UnescapedText.of(text).ifPresent(unescaped -> addShapes(unescaped, found));
    found.sort(Comparator.comparingInt(Span::start)); // stable: rules keep their precedence
    return withoutMarks(text, found);
  }

  /**
   * A mark looks like a name and a value, e.g. as the user and password of a command. What begins
   * in one is no secret, but for what a colon parts from it: then the mark is the name.
   */
  private static List<Span> withoutMarks(String text, List<Span> sorted) {
    List<Span> secrets = new ArrayList<>();
    Matcher mark = MARK.matcher(text);
    boolean marked = !sorted.isEmpty() && mark.find();
    for (Span span : sorted) {
      while (marked && mark.end() <= span.start) {
        marked = mark.find();
      }
      if (!marked || span.start <= mark.start()) {
        secrets.add(span);
      } else if (isNamedBy(text, mark.end(), span)) {
        secrets.add(new Span(span.kind, mark.end() + 1, span.end));
      }
    }
    secrets.sort(Comparator.comparingInt(Span::start));
    return secrets;
  }

  /** Whether a value with its colon follows the mark that ends here, and is no mark itself. */
  private static boolean isNamedBy(String text, int end, Span span) {
    int value = end + 1;
    return span.end - value >= SHORTEST_NAMED
        && text.charAt(end) == ':'
        && !text.startsWith(MARKER, value);
  }

  /** To a program that reads the file, a name or value with escapes is the same as one without. */
  private static void addShapes(UnescapedText unescaped, List<Span> found) {
    List<Span> shapes = new ArrayList<>();
    addShapes(unescaped.text(), shapes);
    int[] positions = unescaped.positions();
    for (Span shape : shapes) {
      found.add(new Span(shape.kind, positions[shape.start], positions[shape.end]));
    }
  }

  private static void addShapes(String text, List<Span> found) {
    SecretStarts starts = new SecretStarts(text);
    for (int number = 0; number < SecretRule.ALL.size(); number++) {
      SecretRule rule = SecretRule.ALL.get(number);
      if (!rule.starts().isEmpty()) {
        addAt(starts.of(number), rule, text, found);
      } else if (rule.needed().test(text)) {
        addAll(rule, text, found);
      }
    }
  }

  /** Looks at these places only; finds the same as {@link #addAll}. */
  private static void addAt(List<Integer> places, SecretRule rule, String text, List<Span> found) {
    if (places.isEmpty()) {
      return;
    }
    Matcher matcher = rule.pattern().matcher(text);
    // what comes before a place counts as it does when the whole text is searched
    matcher.useTransparentBounds(true).useAnchoringBounds(false);
    int from = 0;
    for (int place : places) {
      if (place >= from && matcher.region(place, text.length()).lookingAt()) {
        add(rule, matcher, found);
        from = matcher.end();
      }
    }
  }

  private static void addAll(SecretRule rule, String text, List<Span> found) {
    Matcher matcher = rule.pattern().matcher(text);
    while (matcher.find()) {
      add(rule, matcher, found);
    }
  }

  private static void add(SecretRule rule, Matcher matcher, List<Span> found) {
    if (rule.isSecret().test(matcher.group(1))) {
      found.add(new Span(rule.kind(), matcher.start(1), matcher.end(1)));
    }
  }

  private static void addLiteral(String literal, String kind, String text, List<Span> found) {
    for (int at = text.indexOf(literal); at >= 0; at = text.indexOf(literal, at + 1)) {
      found.add(new Span(kind, at, at + literal.length()));
    }
  }

  /** Overlapping secrets become one, so that no end of the second one is left. */
  private static List<Span> withoutOverlaps(List<Span> sorted) {
    List<Span> merged = new ArrayList<>();
    for (Span span : sorted) {
      Span last = merged.isEmpty() ? null : merged.get(merged.size() - 1);
      if (last != null && span.start < last.end) {
        int end = Math.max(last.end, span.end);
        // Only a private key has several lines: the mark says where they went.
        String kind = span.kind.equals(PRIVATE_KEY) ? span.kind : last.kind;
        merged.set(merged.size() - 1, new Span(kind, last.start, end));
      } else {
        merged.add(span);
      }
    }
    return merged;
  }
}
