package org.codeaudit.prompt;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** The known name a misspelt one most resembles, for error messages. */
public final class NearestMatch {
  private NearestMatch() {}

  /** The known name with the fewest edits, if fewer than half of its letters differ. */
  public static Optional<String> of(String name, Collection<String> known) {
    return nearest(name, known)
        .filter(k -> distance(name, k) * 2 <= Math.max(name.length(), k.length()));
  }

  /**
   * The known name with the fewest edits, however many; whatever its case.
   *
   * @param known not empty
   */
  public static String likeliest(String name, Collection<String> known) {
    return nearest(name, known).orElseThrow();
  }

  private static Optional<String> nearest(String name, Collection<String> known) {
    return known.stream()
        .min(Comparator.comparingInt((String k) -> distance(name, k)).thenComparing(k -> k));
  }

  /** Edits between names in small letters; the beginning of a name is very near to it. */
  private static int distance(String name, String known) {
    String a = name.toLowerCase(Locale.ROOT);
    String b = known.toLowerCase(Locale.ROOT);
    return b.startsWith(a) ? 0 : levenshtein(a, b);
  }

  /** Levenshtein distance, one row at a time. */
  private static int levenshtein(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substituted, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
