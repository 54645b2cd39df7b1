package cloud.photovault.quota;

import java.util.concurrent.atomic.AtomicLong;

/** How much a family may store, and how much it does. */
public final class StorageQuota {
    private static final int MEBIBYTE = 1024 * 1024;
    private static final int GIBIBYTE = 1024 * MEBIBYTE;
    private static final int MOST_GIBIBYTES = 2_000;

    private final long limit;
    private final AtomicLong used;

    /**
     * A quota.
     *
     * @param gibibytes what the family's plan includes
     * @param used bytes that are stored already
     */
    public StorageQuota(int gibibytes, long used) {
        if (gibibytes < 1 || gibibytes > MOST_GIBIBYTES) {
            throw new IllegalArgumentException(
                    "A plan includes 1 to " + MOST_GIBIBYTES + " GiB: " + gibibytes);
        }
        this.limit = gibibytes * GIBIBYTE;
        this.used = new AtomicLong(used);
    }

    /** Books an upload; false, and nothing booked, where it does not fit any more. */
    public boolean book(int bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("An upload has no negative size: " + bytes);
        }
        while (true) {
            long before = used.get();
            if (bytes > limit - before) {
                return false;
            }
            if (used.compareAndSet(before, before + bytes)) {
                return true;
            }
        }
    }

    /** What is free, in whole mebibytes, as the application shows it. */
    public long freeMebibytes() {
        return Math.max(0, limit - used.get()) / MEBIBYTE;
    }
}
