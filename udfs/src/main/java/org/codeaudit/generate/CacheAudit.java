package org.codeaudit.generate;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.codeaudit.model.CacheSpace;
import org.codeaudit.model.CacheSpace.Region;
import org.codeaudit.model.KeyValueCache;
import org.codeaudit.model.ModelFailure;

/**
 * Checks that the cache adds up. Every part of it must be free or belong to one open sequence;
 * every open sequence must be held by a prefix or by a running row; and every prefix must know how
 * many sequences begin with it. Reads records only, so it takes microseconds.
 */
final class CacheAudit {
  private final KeyValueCache cache;
  private final Collection<Sequence> running;
  private final Collection<Prefix> prefixes;
  private final List<String> problems = new ArrayList<>();

  CacheAudit(KeyValueCache cache, Collection<Sequence> running, Collection<Prefix> prefixes) {
    this.cache = cache;
    this.running = running;
    this.prefixes = prefixes;
  }

  /**
   * @throws ModelFailure that names all that is lost or held twice
   */
  void check() {
    List<CacheSpace> spaces = cache.spaces();
    spaces.forEach(this::checkCovered);
    if (!spaces.isEmpty()) {
      checkHolders(spaces);
    }
    checkUsers();
    if (!problems.isEmpty()) {
      throw new ModelFailure(
          "The key-value cache does not add up: " + String.join("; ", problems), null);
    }
  }

  /** Every index of a space is in exactly one region. */
  private void checkCovered(CacheSpace space) {
    List<Region> regions = new ArrayList<>(space.regions());
    regions.sort(Comparator.comparingInt(Region::start));
    int end = 0;
    String owner = "";
    for (Region region : regions) {
      if (region.start() > end) {
        problems.add(range(space, end, region.start()) + " are neither free nor held");
      } else if (region.start() < end) {
        String twice = range(space, region.start(), Math.min(end, region.end()));
        problems.add(twice + " belong to " + owner + " and to " + owner(region));
      }
      if (region.end() > end) {
        end = region.end();
        owner = owner(region);
      }
    }
    if (end < space.size()) {
      problems.add(range(space, end, space.size()) + " are neither free nor held");
    } else if (end > space.size()) {
      problems.add(range(space, space.size(), end) + " do not exist and belong to " + owner);
    }
  }

  private static String range(CacheSpace space, int from, int to) {
    return space.name() + " " + from + " to " + (to - 1);
  }

  private static String owner(Region region) {
    return region.sequence().isPresent()
        ? "sequence " + region.sequence().getAsInt()
        : "no sequence";
  }

  /** The sequences that are open are those that rows and prefixes hold, one each. */
  private void checkHolders(List<CacheSpace> spaces) {
    Map<Integer, String> open = new TreeMap<>();
    for (CacheSpace space : spaces) {
      for (Region region : space.regions()) {
        if (region.sequence().isPresent()) {
          String range = range(space, region.start(), region.end());
          open.putIfAbsent(region.sequence().getAsInt(), range);
        }
      }
    }
    Map<Integer, String> holders = holders();
    holders.forEach(
        (handle, holder) -> {
          if (!open.containsKey(handle)) {
            problems.add(holder + " holds sequence " + handle + ", which is not open");
          }
        });
    open.forEach(
        (handle, range) -> {
          if (!holders.containsKey(handle)) {
            String sequence = " belong to sequence " + handle;
            problems.add(range + sequence + ", which no row and no prefix holds");
          }
        });
  }

  private Map<Integer, String> holders() {
    Map<Integer, String> holders = new TreeMap<>();
    prefixes.forEach(prefix -> hold(holders, prefix.handle(), name(prefix)));
    for (Sequence sequence : running) {
      String row = "row " + sequence.key();
      sequence
          .slot()
          .ifPresentOrElse(
              slot -> hold(holders, slot.handle(), row),
              () -> problems.add(row + " runs without a slot"));
    }
    return holders;
  }

  private void hold(Map<Integer, String> holders, int handle, String holder) {
    String other = holders.put(handle, holder);
    if (other != null) {
      problems.add(other + " and " + holder + " both hold sequence " + handle);
    }
  }

  /** Prefixes are evicted by the number of their users: one too many is never evicted. */
  private void checkUsers() {
    Map<Prefix, Integer> users = new IdentityHashMap<>();
    for (Sequence sequence : running) {
      sequence
          .slot()
          .flatMap(CacheSlot::prefix)
          .ifPresent(one -> users.merge(one, 1, Integer::sum));
    }
    for (Prefix prefix : prefixes) {
      prefix.parent().ifPresent(one -> users.merge(one, 1, Integer::sum));
    }
    for (Prefix prefix : prefixes) {
      int found = users.getOrDefault(prefix, 0);
      if (prefix.users() != found) {
        problems.add(
            name(prefix) + " counts " + prefix.users() + " that begin with it and has " + found);
      }
    }
  }

  private static String name(Prefix prefix) {
    return "the prefix of " + prefix.length() + " tokens";
  }
}
