package org.codeaudit.check;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Code that shows a defect by itself, such as the name of a broken cipher or an error that is
 * caught and forgotten. A sign is no proof: whether it matters is up to the model.
 *
 * @param byLanguage expressions over the whole text of a unit, by language in lower case or {@link
 *     #ANY}. A defect is where the group {@code at} begins, or the expression if it has none
 */
public record Signs(Map<String, List<Pattern>> byLanguage) implements Serializable {
  /** Stands for every language. */
  public static final String ANY = "any";

  /** No signs. */
  public static final Signs NONE = new Signs(Map.of());

  private static final String PLACE = "at";
  private static final String PLACE_GROUP = "(?<" + PLACE + ">";

  public Signs {
    // Sorted: settings are told apart by their bytes, and Map.copyOf has another order in each JVM.
    byLanguage = Collections.unmodifiableSortedMap(new TreeMap<>(byLanguage));
  }

  /** Whether any is known for a language; for an unknown language, those of all languages count. */
  public boolean isKnownFor(Optional<String> language) {
    return patterns(language).findAny().isPresent();
  }

  /**
   * The lines of a text at which there is a sign.
   *
   * @param language in any case
   * @param text lines joined by line feeds
   * @return 1-based numbers
   */
  public Set<Integer> lines(Optional<String> language, String text) {
    Set<Integer> lines = new TreeSet<>();
    int[] feeds = IntStream.range(0, text.length()).filter(i -> text.charAt(i) == '\n').toArray();
    patterns(language).forEach(pattern -> find(pattern, text, feeds, lines));
    return lines;
  }

  private Stream<Pattern> patterns(Optional<String> language) {
    Stream<String> own = language.map(name -> name.toLowerCase(Locale.ROOT)).stream();
    return Stream.concat(Stream.of(ANY), own)
        .flatMap(name -> byLanguage.getOrDefault(name, List.of()).stream());
  }

  private static void find(Pattern pattern, String text, int[] feeds, Set<Integer> lines) {
    boolean placed = pattern.pattern().contains(PLACE_GROUP);
    try {
      Matcher matcher = pattern.matcher(text);
      while (matcher.find()) {
        int begin = placed && matcher.start(PLACE) >= 0 ? matcher.start(PLACE) : matcher.start();
        lines.add(line(begin, feeds));
      }
    } catch (StackOverflowError tooDeep) {
      // Java's expressions recurse where a group repeats. The stack is whole again here, and a sign
      // that is not found costs a finding where an error would cost the unit.
      return;
    }
  }

  /** The 1-based line of a position; a line feed belongs to the line it ends. */
  private static int line(int place, int[] feeds) {
    int index = Arrays.binarySearch(feeds, place);
    return 1 + (index < 0 ? -index - 1 : index);
  }
}
