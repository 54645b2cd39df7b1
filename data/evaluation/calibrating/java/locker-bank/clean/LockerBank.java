package lockers.bank;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.locks.StampedLock;

/** One wall of lockers, with the queue of the people who wait for one to fall free. */
public final class LockerBank {

    private final StampedLock lock = new StampedLock();
    private final Map<Integer, String> occupants = new HashMap<>();
    private final Deque<String> waiting = new ArrayDeque<>();
    private final int size;
    private final int reserved;

    public LockerBank(int size, int reserved) {
        if (reserved < 0 || reserved > size) {
            throw new IllegalArgumentException("Cannot reserve " + reserved + " of " + size);
        }
        this.size = size;
        this.reserved = reserved;
    }

    public int freeLockers() {
        long stamp = lock.readLock();
        try {
            return size - occupants.size();
        } finally {
            lock.unlockRead(stamp);
        }
    }

    /** Gives the member a locker, or a place in the queue if only the reserved ones are left. */
    public OptionalInt request(String member) {
        Objects.requireNonNull(member, "member");
        long stamp = lock.writeLock();
        try {
            if (size - occupants.size() <= reserved) {
                waiting.addLast(member);
                return OptionalInt.empty();
            }
            return occupyFirst(member);
        } finally {
            lock.unlockWrite(stamp);
        }
    }

    /** Gives a locker back. If somebody waits it goes to that member, who is returned. */
    public Optional<String> release(int number) {
        long stamp = lock.writeLock();
        try {
            boolean wasTaken = occupants.remove(number) != null;
            if (wasTaken && !waiting.isEmpty() && size - occupants.size() > reserved) {
                String next = waiting.removeFirst();
                occupants.put(number, next);
                return Optional.of(next);
            }
            return Optional.empty();
        } finally {
            lock.unlockWrite(stamp);
        }
    }

    private OptionalInt occupyFirst(String member) {
        for (int number = 1; number <= size; number++) {
            if (occupants.putIfAbsent(number, member) == null) {
                return OptionalInt.of(number);
            }
        }
        throw new IllegalStateException("No locker left for " + member);
    }
}
