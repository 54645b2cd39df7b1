package com.seatmap.seats;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Seats that visitors hold while they pay. Used by all request threads. */
public class SeatHolds {
  private static final Duration HOLD = Duration.ofMinutes(8);

  private final Map<String, Hold> holds = new ConcurrentHashMap<>();
  private final Clock clock;

  public SeatHolds(Clock clock) {
    this.clock = clock;
  }

  /** Holds a seat for a visitor; false where another one has it. */
  public boolean hold(String seat, String visitor) {
    Instant now = clock.instant();
    Hold wanted = new Hold(visitor, now.plus(HOLD));
    Hold standing = holds.get(seat);
    if (standing != null && !standing.over(now)) {
      return standing.visitor().equals(visitor);
    }
    holds.put(seat, wanted);
    return true;
  }

  /** Gives a seat up; does nothing where the visitor does not hold it. */
  public void release(String seat, String visitor) {
    holds.computeIfPresent(seat, (s, h) -> h.visitor().equals(visitor) ? null : h);
  }

  /** Removes the holds that are over; called once a minute. */
  public int sweep() {
    Instant now = clock.instant();
    int removed = 0;
    for (Map.Entry<String, Hold> entry : holds.entrySet()) {
      if (entry.getValue().over(now) && holds.remove(entry.getKey(), entry.getValue())) {
        removed++;
      }
    }
    return removed;
  }

  private record Hold(String visitor, Instant until) {
    boolean over(Instant now) {
      return !now.isBefore(until);
    }
  }
}
