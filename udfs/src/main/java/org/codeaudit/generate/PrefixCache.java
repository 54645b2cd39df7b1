package org.codeaudit.generate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.codeaudit.model.LanguageModel;

/**
 * The beginnings that prompts share: the instructions of all, the header of one file's units. One
 * is made when a prompt that is to run has more in common with one that waits than with what is
 * there already; it stays, for prompts to come, until its room is wanted. No threads.
 */
final class PrefixCache {
  /** Fewer tokens in common are not worth a sequence of their own. */
  static final int SHORTEST = 32;

  /** The part of the key-value cache that prefixes take at most: one in so many. */
  private static final int CACHE_PART = 4;

  private static final int MOST = 64;

  private final LanguageModel model;
  private final boolean enabled;
  private final List<Prefix> prefixes = new ArrayList<>();
  private int positions;

  /** A prefix and how many of its positions a prompt begins with. */
  record Match(Prefix prefix, int positions) {}

  PrefixCache(LanguageModel model, boolean enabled) {
    this.model = model;
    this.enabled = enabled && model.keepsPositions();
  }

  /** Positions of the cache that prefixes take. */
  int positions() {
    return positions;
  }

  /** The prefix that has yet to be computed, if there is one; there is at most one. */
  Optional<Prefix> computing() {
    return prefixes.stream().filter(prefix -> !prefix.ready()).findFirst();
  }

  /**
   * What a prompt should begin with; it may have to be computed first. Empty if it shares too
   * little.
   *
   * @param waiting prompts that will run soon
   */
  Optional<Match> match(int[] prompt, Collection<int[]> waiting) {
    if (!enabled) {
      return Optional.empty();
    }
    Optional<Match> best = best(prompt);
    int here = best.map(Match::positions).orElse(0);
    if (computing().isEmpty()) {
      int common = waiting.stream().mapToInt(other -> Prefix.common(other, prompt)).max().orElse(0);
      int wanted = Math.min(common, here + most());
      // a prefix that leaves no room for its prompt would be dropped for it at once
      boolean room = model.freeTokens() >= prompt.length - here;
      if (wanted >= here + SHORTEST && room) {
        Optional<Prefix> made = make(Arrays.copyOf(prompt, wanted), best);
        if (made.isPresent()) {
          return Optional.of(new Match(made.get(), wanted));
        }
      }
    }
    return best;
  }

  private Optional<Match> best(int[] prompt) {
    return prefixes.stream()
        .map(prefix -> new Match(prefix, prefix.common(prompt)))
        .filter(match -> match.positions() >= SHORTEST)
        .max(Comparator.comparingInt(Match::positions));
  }

  private Optional<Prefix> make(int[] tokens, Optional<Match> parent) {
    int inherited = parent.map(Match::positions).orElse(0);
    int own = tokens.length - inherited;
    while (prefixes.size() >= MOST || positions + own > most()) {
      if (!dropOldest(parent.map(Match::prefix))) {
        return Optional.empty();
      }
    }
    int handle =
        parent
            .map(match -> model.open(match.prefix().handle(), inherited, own))
            .orElseGet(() -> model.open(own));
    if (handle < 0) {
      return Optional.empty();
    }
    Prefix made = new Prefix(tokens, handle, parent.map(Match::prefix), inherited);
    prefixes.add(made);
    positions += own;
    return Optional.of(made);
  }

  private int most() {
    return model.description().cacheTokens() / CACHE_PART;
  }

  /**
   * Gives back the room of the prefix that was used longest ago.
   *
   * @return false if all are in use
   */
  boolean dropOldest(Optional<Prefix> spared) {
    Optional<Prefix> oldest =
        prefixes.stream()
            .filter(prefix -> !prefix.used() && !spared.equals(Optional.of(prefix)))
            .min(Comparator.comparingLong(Prefix::lastUse));
    oldest.ifPresent(this::drop);
    return oldest.isPresent();
  }

  private void drop(Prefix prefix) {
    prefixes.remove(prefix);
    positions -= prefix.ownLength();
    prefix.parent().ifPresent(Prefix::release);
    model.close(prefix.handle());
  }
}
