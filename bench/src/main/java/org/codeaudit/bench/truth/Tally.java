package org.codeaudit.bench.truth;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Counts what was compared, by what came of it, with the first example of each. Not thread safe.
 */
public final class Tally {
  private final Map<Kind, Figure> figures = new LinkedHashMap<>();

  /**
   * What was found.
   *
   * @param part what is compared, e.g. {@code lines}
   * @param form in which form it came, e.g. {@code git-U10}
   * @param name what came of it, in a few words
   * @param right whether that is as it should be
   */
  public record Kind(String part, String form, String name, boolean right) {}

  /**
   * How often a kind was found.
   *
   * @param example where it was found first; empty where it is right
   */
  public record Figure(Kind kind, long count, String example) {
    private Figure plus(long more) {
      return new Figure(kind, count + more, example);
    }
  }

  /** Counts something that is as it should be. */
  public void right(String part, String form, String name, long count) {
    add(new Kind(part, form, name, true), count, "");
  }

  /** Counts something that is not. */
  public void wrong(String part, String form, String name, long count, String example) {
    add(new Kind(part, form, name, false), count, example);
  }

  private void add(Kind kind, long count, String example) {
    if (count > 0) {
      figures.computeIfAbsent(kind, k -> new Figure(k, 0, example));
      figures.computeIfPresent(kind, (k, figure) -> figure.plus(count));
    }
  }

  /** All figures, in the order in which their kinds were found. */
  public List<Figure> figures() {
    return List.copyOf(figures.values());
  }

  /** How many of these were found. */
  public long count(Predicate<Kind> kinds) {
    return figures.values().stream()
        .filter(figure -> kinds.test(figure.kind()))
        .mapToLong(Figure::count)
        .sum();
  }
}
