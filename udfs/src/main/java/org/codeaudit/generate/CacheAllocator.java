package org.codeaudit.generate;

import java.util.Collection;
import java.util.Optional;
import org.codeaudit.generate.PrefixCache.Match;
import org.codeaudit.model.KeyValueCache;
import org.codeaudit.model.ModelDescription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives sequences their slots in the model's key-value cache, and evicts unused prefixes where a
 * slot needs their room. Never takes a slot away: whom to preempt is the scheduler's decision.
 */
final class CacheAllocator {
  private static final Logger LOG = LoggerFactory.getLogger(CacheAllocator.class);

  private final KeyValueCache cache;
  private final PrefixCache prefixes;
  private final int cacheTokens;
  private final int limit;
  private final int growth;
  private final boolean keepsAnswers;

  CacheAllocator(KeyValueCache cache, ModelDescription model, EngineSettings settings) {
    this.cache = cache;
    this.cacheTokens = model.cacheTokens();
    this.limit = Math.min(model.contextLength(), cacheTokens);
    this.growth = settings.growthTokens();
    this.keepsAnswers = settings.keepsAnswers();
    this.prefixes = new PrefixCache(cache, cacheTokens, settings.sharesPrefixes());
  }

  PrefixCache prefixes() {
    return prefixes;
  }

  /** Positions of the whole cache. */
  int cacheTokens() {
    return cacheTokens;
  }

  /** The most tokens of a prompt and its answer together. */
  int limit() {
    return limit;
  }

  /** Positions that slots take, besides those of prefixes. */
  int used() {
    return cacheTokens - cache.freeTokens() - prefixes.positions();
  }

  /**
   * Gives a waiting sequence a slot with room for its tokens and some more.
   *
   * @param match the prefix that it should begin with, all of it computed
   * @param alone whether no sequence runs: nobody else will give room back then, so the slot may be
   *     as tight as can be, and costs every prefix if need be
   * @return false if there is no room now
   */
  boolean place(Sequence sequence, Optional<Match> match, boolean alone) {
    int ample = Math.min(limit, sequence.length() + growth);
    if (open(sequence, ample, match)) {
      return true;
    }
    if (!alone) {
      return false;
    }
    if (open(sequence, sequence.length(), match)) {
      return true;
    }
    while (prefixes.evictOldest(Optional.empty())) {
      LOG.debug("A shared prefix was evicted for row {}", sequence.key());
    }
    return open(sequence, ample, Optional.empty())
        || open(sequence, sequence.length(), Optional.empty());
  }

  private boolean open(Sequence sequence, int capacity, Optional<Match> match) {
    int handle;
    do {
      handle =
          match
              .map(m -> cache.open(m.prefix().handle(), m.positions(), capacity - m.positions()))
              .orElseGet(() -> cache.open(capacity));
    } while (handle < 0 && prefixes.evictOldest(match.map(Match::prefix)));
    if (handle >= 0) {
      sequence.admit(new CacheSlot(handle, capacity, match));
    }
    return handle >= 0;
  }

  /**
   * Makes a slot large enough, with some room beyond if that can be had.
   *
   * @param needed positions, shared ones included
   * @return false if there is no room now
   */
  boolean grow(CacheSlot slot, int needed) {
    while (slot.capacity() < needed) {
      if (!reserve(slot, Math.min(limit, needed + growth))
          && !reserve(slot, needed)
          && !prefixes.evictOldest(Optional.empty())) {
        return false;
      }
    }
    return true;
  }

  private boolean reserve(CacheSlot slot, int capacity) {
    boolean reserved = cache.reserve(slot.handle(), capacity - slot.shared());
    if (reserved) {
      slot.grow(capacity);
    }
    return reserved;
  }

  /** Has the model forget what it holds beyond a slot's computed positions: rejected drafts. */
  void truncate(CacheSlot slot) {
    cache.truncate(slot.handle(), slot.computed());
  }

  /** Takes the slot of a sequence back that has ended, or keeps what is computed in it. */
  void retire(Sequence sequence) {
    if (keepsAnswers && !sequence.failed() && prefixes.keep(sequence)) {
      sequence.leave();
    } else {
      free(sequence);
    }
  }

  /** Takes the slot of a sequence back, if it has one. */
  void free(Sequence sequence) {
    sequence.slot().ifPresent(slot -> cache.close(slot.handle()));
    sequence.leave();
  }

  /**
   * Checks that every part of the cache is free, or held by a prefix or by one of these sequences.
   *
   * @throws org.codeaudit.model.ModelFailure if it does not add up
   */
  void check(Collection<Sequence> running) {
    new CacheAudit(cache, running, prefixes.prefixes()).check();
  }
}
