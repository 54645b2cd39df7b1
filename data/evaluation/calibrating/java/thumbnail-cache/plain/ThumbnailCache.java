package vault.thumbnails;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Keeps the thumbnails that were looked at last, up to a number of bytes and for a limited time.
 * All methods may be called from several threads.
 */
public final class ThumbnailCache {

    private record Entry(byte[] image, Instant expires) { }

    private final Map<String, Entry> entries = new LinkedHashMap<>(64, 0.75f, true);
    private final Clock clock;
    private final Duration timeToLive;
    private final long maxBytes;
    private long usedBytes;

    public ThumbnailCache(long maxBytes, Duration timeToLive, Clock clock) {
        if (maxBytes <= 0 || timeToLive.isZero() || timeToLive.isNegative()) {
            throw new IllegalArgumentException("Size and lifetime must be positive");
        }
        this.maxBytes = maxBytes;
        this.timeToLive = timeToLive;
        this.clock = Objects.requireNonNull(clock);
    }

    public synchronized Optional<byte[]> get(String photoId) {
        Entry entry = entries.get(photoId);
        if (entry == null) {
            return Optional.empty();
        }
        if (!clock.instant().isBefore(entry.expires())) {
            remove(photoId);
            return Optional.empty();
        }
        return Optional.of(entry.image().clone());
    }

    public synchronized void put(String photoId, byte[] image) {
        Objects.requireNonNull(photoId);
        remove(photoId);
        if (image.length > maxBytes) {
            return;
        }
        entries.put(photoId, new Entry(image.clone(), clock.instant().plus(timeToLive)));
        usedBytes += image.length;
        evictEldest();
    }

    public synchronized void remove(String photoId) {
        Entry old = entries.remove(photoId);
        if (old != null) {
            usedBytes -= old.image().length;
        }
    }

    private void evictEldest() {
        Iterator<Entry> eldestFirst = entries.values().iterator();
        while (usedBytes > maxBytes && eldestFirst.hasNext()) {
            usedBytes -= eldestFirst.next().image().length;
            eldestFirst.remove();
        }
    }
}
