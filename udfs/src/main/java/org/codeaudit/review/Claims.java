package org.codeaudit.review;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What other tools report, by the paths of files.
 *
 * @param present whether reports are judged; if not, units are reviewed
 * @param byPath in the order of the paths
 */
public record Claims(boolean present, SortedMap<String, List<Claim>> byPath)
    implements Serializable {
  /** Units are reviewed. */
  public static final Claims NONE = new Claims(false, new TreeMap<>());

  public Claims {
    SortedMap<String, List<Claim>> copy = new TreeMap<>();
    // Not List.copyOf: what a record of settings holds must be the same bytes in every JVM.
    byPath.forEach((path, claims) -> copy.put(path, new ArrayList<>(claims)));
    byPath = Collections.unmodifiableSortedMap(copy);
  }

  /** These are judged, and nothing else; there may be none. */
  public static Claims of(Map<String, List<Claim>> byPath) {
    return new Claims(true, new TreeMap<>(byPath));
  }

  /** Those about a file, in their order. */
  public List<Claim> of(String path) {
    return Collections.unmodifiableList(byPath.getOrDefault(path, List.of()));
  }

  /** Everything about some of them that decides an answer, as a text to be hashed. */
  public static String key(List<Claim> claims) {
    return claims.stream().map(Claim::key).toList().toString();
  }
}
