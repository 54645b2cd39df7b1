package org.codeaudit.generate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.codeaudit.model.KeyValueCache;

/**
 * The prefixes that prompts share: the instructions of all, the header of one file's units. A
 * prefix is made when the next prompt has more in common with a waiting one than with any prefix
 * that exists. It stays in the cache for later prompts until its room is needed. No threads.
 */
final class PrefixCache {
  /** Fewer tokens in common are not worth a sequence of their own. */
  static final int SHORTEST = 32;

  /** The part of the key-value cache that prefixes may take: one in so many positions. */
  private static final int CACHE_PART = 4;

  private static final int MOST_PREFIXES = 64;

  private final KeyValueCache cache;
  private final boolean enabled;
  private final int mostPositions;
  private final List<Prefix> prefixes = new ArrayList<>();

  /** A prefix and how many of its positions a prompt begins with. */
  record Match(Prefix prefix, int positions) {}

  /**
   * @param cacheTokens positions of the whole cache
   * @param enabled whether there are to be prefixes, if the model keeps positions
   */
  PrefixCache(KeyValueCache cache, int cacheTokens, boolean enabled) {
    this.cache = cache;
    this.mostPositions = cacheTokens / CACHE_PART;
    this.enabled = enabled && cache.keepsPositions();
  }

  /** Positions of the cache that prefixes take. */
  int positions() {
    return prefixes.stream().mapToInt(Prefix::ownLength).sum();
  }

  /** The prefixes that are in the cache. */
  List<Prefix> prefixes() {
    return List.copyOf(prefixes);
  }

  /** The prefix that is not computed yet; there is at most one. */
  Optional<Prefix> computing() {
    return prefixes.stream().filter(prefix -> !prefix.ready()).findFirst();
  }

  /**
   * The prefix that a prompt should begin with, which may have to be computed first. Empty if the
   * prompt shares too little.
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
      int wanted = Math.min(common, here + mostPositions);
      // a prefix that left no room for its own prompt would be evicted for it at once
      boolean room = cache.freeTokens() >= prompt.length - here;
      if (wanted >= here + SHORTEST && room) {
        Optional<Prefix> made = make(Arrays.copyOf(prompt, wanted), best);
        if (made.isPresent()) {
          return Optional.of(new Match(made.get(), wanted));
        }
      }
    }
    return best;
  }

  /**
   * Keeps what was computed for a sequence that has ended, for a prompt that goes on from it. The
   * room of the cache alone limits how many: each is the beginning of the next.
   *
   * @return false if it is not worth it: its slot is to be freed
   */
  boolean keep(Sequence ended) {
    CacheSlot slot = ended.slot().orElseThrow();
    return enabled
        && slot.computed() >= slot.shared() + SHORTEST
        && prefixes.add(new Prefix(ended, slot));
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
    while (prefixes.size() >= MOST_PREFIXES || positions() + own > mostPositions) {
      if (!evictOldest(parent.map(Match::prefix))) {
        return Optional.empty();
      }
    }
    int handle =
        parent
            .map(match -> cache.open(match.prefix().handle(), inherited, own))
            .orElseGet(() -> cache.open(own));
    if (handle < 0) {
      return Optional.empty();
    }
    Prefix made = new Prefix(tokens, handle, parent.map(Match::prefix), inherited);
    prefixes.add(made);
    return Optional.of(made);
  }

  /**
   * Evicts the prefix that was used longest ago, of those that nothing begins with now.
   *
   * @param spared not this one
   * @return false if there is none to evict
   */
  boolean evictOldest(Optional<Prefix> spared) {
    Optional<Prefix> oldest =
        prefixes.stream()
            .filter(prefix -> prefix.users() == 0 && !spared.equals(Optional.of(prefix)))
            .min(Comparator.comparingLong(Prefix::lastUse));
    oldest.ifPresent(this::evict);
    return oldest.isPresent();
  }

  private void evict(Prefix prefix) {
    prefixes.remove(prefix);
    prefix.parent().ifPresent(Prefix::release);
    cache.close(prefix.handle());
  }
}
