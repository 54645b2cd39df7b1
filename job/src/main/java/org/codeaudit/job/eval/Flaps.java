package org.codeaudit.job.eval;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What differs between reviews of the same set with the same model.
 *
 * @param findings those that are not in every review, of all that are in any
 * @param units those with such a finding, of all
 */
public record Flaps(Share findings, Share units) {

  /** A finding of one unit; the same code may stand in several. */
  private record Key(String unit, String fingerprint) {}

  /**
   * Compares reviews.
   *
   * @param reviews of one set, at least one
   */
  public static Flaps of(List<Review> reviews) {
    Map<Key, Integer> times = new HashMap<>();
    for (Review review : reviews) {
      Set<Key> seen = new HashSet<>();
      for (ReviewedUnit unit : review.units()) {
        unit.findings()
            .forEach(finding -> seen.add(new Key(unit.unit().id(), finding.fingerprint())));
      }
      seen.forEach(key -> times.merge(key, 1, Integer::sum));
    }
    Set<String> units = new HashSet<>();
    long flapping = 0;
    for (Map.Entry<Key, Integer> entry : times.entrySet()) {
      if (entry.getValue() < reviews.size()) {
        flapping++;
        units.add(entry.getKey().unit());
      }
    }
    return new Flaps(
        new Share(flapping, times.size()), new Share(units.size(), reviews.get(0).units().size()));
  }
}
