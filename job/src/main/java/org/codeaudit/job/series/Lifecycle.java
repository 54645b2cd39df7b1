package org.codeaudit.job.series;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What became of a repository's findings between two runs. Each finding of the run is paired with
 * at most one that was known, by the strongest likeness there is; knows neither Spark nor tables.
 */
final class Lifecycle {

  /**
   * What is said of one finding.
   *
   * @param now as the run saw it; empty if it did not
   * @param known as it was known; empty if it was not
   * @param goneTo the file in which it was not found although its code has gone there; empty if its
   *     code is where it was, or was changed
   */
  record Outcome(
      String identity,
      FindingState state,
      Optional<Sighting> now,
      Optional<Known> known,
      Optional<String> goneTo) {}

  private final List<Sighting> now;
  private final List<Known> known;
  private final Map<Sighting, Known> pairs = new IdentityHashMap<>();
  private final Set<Known> paired = new HashSet<>();

  private Lifecycle(List<Sighting> now, List<Known> known) {
    this.now = now;
    this.known = known;
  }

  /**
   * Compares.
   *
   * @param now what the run found, in the order of files and lines
   * @param known what earlier runs found, in the same order
   * @return what the run can say, of its own findings first; nothing of those whose file it did not
   *     read
   */
  static List<Outcome> of(List<Sighting> now, List<Known> known) {
    return new Lifecycle(now, known).outcomes();
  }

  private record Named(String path, String name) {}

  private record Code(String place, String category, String code) {}

  private List<Outcome> outcomes() {
    Predicate<Known> any = one -> true;
    Predicate<Known> left = one -> !one.fixed() && one.codeIsGone();
    // The same place, then the same code elsewhere in the file, then the same function rewritten.
    pair(any, one -> new Named(one.path(), one.fingerprint()));
    pair(left.or(Known::fixed), one -> code(one.path(), one));
    // One whose code went to another file unseen still has the fingerprint of the old place.
    pair(Known::notReproduced, one -> new Code(one.path(), one.loose(), one.code()));
    pair(left, one -> new Named(one.path(), one.loose()));
    // What has left one file may have come to another, with its declaration.
    pair(left, one -> code(one.loose(), one));
    pair(
        left.and(one -> one.file().equals(Optional.of(Known.File.GONE))),
        one -> new Named("", one.loose()));
    List<Outcome> outcomes = new ArrayList<>();
    Map<String, Integer> names = new HashMap<>();
    known.forEach(one -> names.put(one.identity(), 1));
    for (Sighting sighting : now) {
      Known before = pairs.get(sighting);
      String identity = before == null ? unused(sighting.fingerprint(), names) : before.identity();
      outcomes.add(
          new Outcome(
              identity,
              state(sighting, before),
              Optional.of(sighting),
              Optional.ofNullable(before),
              Optional.empty()));
    }
    known.stream()
        .filter(one -> !paired.contains(one))
        .flatMap(one -> ended(one).stream())
        .forEach(outcomes::add);
    return outcomes;
  }

  private static Code code(String place, Sighting one) {
    return new Code(place, one.category(), one.code());
  }

  /** Pairs what is alike and has no partner yet, the first with the first. */
  private void pair(Predicate<Known> which, Function<Sighting, Object> likeness) {
    Map<Object, Deque<Known>> waiting = new HashMap<>();
    for (Known one : known) {
      if (!paired.contains(one) && which.test(one)) {
        waiting.computeIfAbsent(likeness.apply(one.last()), none -> new ArrayDeque<>(1)).add(one);
      }
    }
    for (Sighting sighting : now) {
      Deque<Known> alike =
          pairs.containsKey(sighting) ? null : waiting.get(likeness.apply(sighting));
      if (alike != null && !alike.isEmpty()) {
        Known one = alike.poll();
        pairs.put(sighting, one);
        paired.add(one);
      }
    }
  }

  /** Two places may share a fingerprint; the second is called after the first. */
  private static String unused(String fingerprint, Map<String, Integer> names) {
    String name = fingerprint;
    while (names.merge(name, 1, Integer::sum) > 1) {
      name = fingerprint + "-" + names.get(fingerprint);
    }
    return name;
  }

  private static FindingState state(Sighting now, Known before) {
    if (before == null) {
      return FindingState.NEW;
    }
    if (before.fixed()) {
      return FindingState.REOPENED;
    }
    boolean samePlace =
        now.path().equals(before.last().path())
            && (now.fingerprint().equals(before.last().fingerprint())
                || now.loose().equals(before.last().loose()));
    return samePlace ? FindingState.EXISTING : FindingState.MOVED;
  }

  /** What is said of one that was not found, if anything new can be. */
  private static Optional<Outcome> ended(Known one) {
    boolean unread = one.file().isEmpty() || one.file().get() == Known.File.UNREAD;
    if (one.fixed() || unread) {
      return Optional.empty();
    }
    if (!one.codeIsGone()) {
      return one.notReproduced()
          ? Optional.empty()
          : Optional.of(ended(one, FindingState.NOT_REPRODUCED, Optional.empty()));
    }
    if (one.elsewhere().isEmpty()) {
      return Optional.of(ended(one, FindingState.FIXED, Optional.empty()));
    }
    // Of a file that was not read nothing can be said: the next run looks there again.
    return one.elsewhere()
        .filter(Known.Elsewhere::read)
        .map(there -> ended(one, FindingState.NOT_REPRODUCED, Optional.of(there.path())));
  }

  private static Outcome ended(Known one, FindingState state, Optional<String> goneTo) {
    return new Outcome(one.identity(), state, Optional.empty(), Optional.of(one), goneTo);
  }
}
