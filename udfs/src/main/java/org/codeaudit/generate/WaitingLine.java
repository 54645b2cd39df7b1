package org.codeaudit.generate;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Sequences that wait to run, of all tasks of the JVM. They are served in rounds: those that came
 * first, so many at a time. Within a round, prompts that begin alike follow each other, so that
 * what they share is computed once and not dropped in between; and the longest come first, so that
 * none of them runs alone at the end. Who waits is overtaken by those of its own round at most. No
 * threads.
 */
final class WaitingLine {
  private final int roundSize;
  private final Deque<Sequence> round = new ArrayDeque<>();
  private final Deque<Sequence> later = new ArrayDeque<>();

  /**
   * @param roundSize the most sequences of a round, at least 1
   */
  WaitingLine(int roundSize) {
    this.roundSize = roundSize;
  }

  boolean isEmpty() {
    return round.isEmpty() && later.isEmpty();
  }

  int size() {
    return round.size() + later.size();
  }

  /** One that comes new. */
  void addLast(Sequence sequence) {
    later.addLast(sequence);
  }

  /** One that ran already and is the next to run again. */
  void addFirst(Sequence sequence) {
    round.addFirst(sequence);
  }

  /** Who is next; the line is not empty. */
  Sequence peekFirst() {
    if (round.isEmpty()) {
      beginRound();
    }
    return round.getFirst();
  }

  /** Lets the one go that {@link #peekFirst} returned. */
  void removeFirst() {
    round.removeFirst();
  }

  void removeIf(Predicate<Sequence> condition) {
    round.removeIf(condition);
    later.removeIf(condition);
  }

  /** All that wait, those of this round first. */
  Stream<Sequence> stream() {
    return Stream.concat(round.stream(), later.stream());
  }

  void forEach(Consumer<Sequence> action) {
    stream().toList().forEach(action);
  }

  void clear() {
    round.clear();
    later.clear();
  }

  private void beginRound() {
    List<Sequence> members = new ArrayList<>();
    while (members.size() < roundSize && !later.isEmpty()) {
      members.add(later.removeFirst());
    }
    round.addAll(ordered(members));
  }

  /** The longest first, but after each one those that begin as it does. */
  static List<Sequence> ordered(Collection<Sequence> arrived) {
    List<Sequence> rest = new ArrayList<>(arrived);
    rest.sort(Comparator.comparingInt(Sequence::promptLength).reversed());
    List<Sequence> ordered = new ArrayList<>();
    while (!rest.isEmpty()) {
      int next = ordered.isEmpty() ? 0 : nearest(ordered.get(ordered.size() - 1), rest);
      ordered.add(rest.remove(next));
    }
    return ordered;
  }

  /** Index of the first of those that share the most with a sequence. */
  private static int nearest(Sequence last, List<Sequence> rest) {
    int nearest = 0;
    int most = -1;
    for (int i = 0; i < rest.size(); i++) {
      // Less than a prefix is no reason to prefer one: whoever is longer goes first then.
      int shared = Prefix.common(last.prompt(), rest.get(i).prompt()) / PrefixCache.SHORTEST;
      if (shared > most) {
        nearest = i;
        most = shared;
      }
    }
    return nearest;
  }
}
