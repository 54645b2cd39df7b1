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
 * The waiting sequences of all tasks of the JVM. They are served in rounds: a round takes a number
 * of those that came first. Within a round, prompts that begin alike follow each other, so that
 * their prefix is computed once and not evicted in between; and the longest come first, so that
 * none of them runs alone at the end. A sequence is overtaken only by others of its own round. No
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

  /** Adds a new sequence. */
  void addLast(Sequence sequence) {
    later.addLast(sequence);
  }

  /** Adds a preempted sequence, which is the next to run again. */
  void addFirst(Sequence sequence) {
    round.addFirst(sequence);
  }

  /** The next sequence; the line is not empty. */
  Sequence peekFirst() {
    if (round.isEmpty()) {
      beginRound();
    }
    return round.getFirst();
  }

  /** Removes the sequence that {@link #peekFirst} returned. */
  void removeFirst() {
    round.removeFirst();
  }

  void removeIf(Predicate<Sequence> condition) {
    round.removeIf(condition);
    later.removeIf(condition);
  }

  /** All waiting sequences, those of this round first. */
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

  /** The longest first, but each one is followed by those that begin as it does. */
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

  /** Index of the sequence that shares the most with the last one; of several, the first. */
  private static int nearest(Sequence last, List<Sequence> rest) {
    int nearest = 0;
    int most = -1;
    for (int i = 0; i < rest.size(); i++) {
      // sharing less than a prefix does not count: then the longer one goes first
      int shared = Prefix.common(last.prompt(), rest.get(i).prompt()) / PrefixCache.SHORTEST;
      if (shared > most) {
        nearest = i;
        most = shared;
      }
    }
    return nearest;
  }
}
