package org.codeaudit.job.eval.dataset;

import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.codeaudit.finding.Category;

/**
 * Units with labels. Twins name each other.
 *
 * @param name for people: the name of its file or folder
 * @param byId the units by their ids, in their order
 */
public record EvaluationSet(String name, Map<String, EvaluationUnit> byId) {

  public EvaluationSet {
    byId = Collections.unmodifiableMap(new LinkedHashMap<>(byId));
  }

  /**
   * A set of units whose ids are unique.
   *
   * @throws IllegalArgumentException if two have the same id
   */
  public static EvaluationSet of(String name, List<EvaluationUnit> units) {
    Map<String, EvaluationUnit> byId = new LinkedHashMap<>();
    for (EvaluationUnit unit : units) {
      if (byId.put(unit.id(), unit) != null) {
        throw new IllegalArgumentException("two units are called " + unit.id());
      }
    }
    return new EvaluationSet(name, byId);
  }

  /** The units in their order. */
  public Collection<EvaluationUnit> units() {
    return byId.values();
  }

  /** The other one of a unit's pair. */
  public Optional<EvaluationUnit> twin(EvaluationUnit unit) {
    return unit.twin().map(byId::get);
  }

  /**
   * What a unit is about: the categories of its labels; of a clean one its {@link
   * EvaluationUnit#kind}, else the categories of its twin. Empty for a clean unit that imitates no
   * defect.
   */
  public Set<Category> kinds(EvaluationUnit unit) {
    if (!unit.clean()) {
      return unit.categories();
    }
    return unit.kind()
        .map(Set::of)
        .or(() -> twin(unit).map(EvaluationUnit::categories))
        .orElse(Set.of());
  }

  /**
   * A part of the set: the first defective units of each category with their twins, and the first
   * clean ones without a twin of each kind.
   *
   * @param most so many of each
   */
  public EvaluationSet sample(int most) {
    Map<String, Integer> taken = new HashMap<>();
    Set<String> kept = new HashSet<>();
    for (EvaluationUnit unit : units()) {
      boolean counts = !unit.clean() || unit.twin().isEmpty();
      String group = unit.clean() + " " + kinds(unit).stream().sorted().toList();
      if (counts && taken.merge(group, 1, Integer::sum) <= most) {
        kept.add(unit.id());
        unit.twin().ifPresent(kept::add);
      }
    }
    return of(name, units().stream().filter(unit -> kept.contains(unit.id())).toList());
  }

  /** Whether every label says where its defect stands. */
  public boolean linesKnown() {
    return units().stream()
        .flatMap(unit -> unit.labels().stream())
        .allMatch(label -> label.lines().isPresent());
  }

  /** Lines of all units. */
  public long lines() {
    return units().stream().mapToLong(EvaluationUnit::lines).sum();
  }
}
