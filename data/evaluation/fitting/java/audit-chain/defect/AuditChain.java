package io.parcellockers.ledger;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * The log of opened lockers. Each entry is sealed over the one before, and the last seal is
 * deposited with the notary each night, so that a changed entry shows.
 */
public final class AuditChain {
  private static final HexFormat HEX = HexFormat.of();

  private final List<Entry> entries = new ArrayList<>();
  private String lastSeal = "";

  public synchronized Entry append(Instant time, String locker, String courierNote) {
    String seal = seal(lastSeal, time, locker, courierNote);
    Entry entry = new Entry(time, locker, courierNote, seal);
    entries.add(entry);
    lastSeal = seal;
    return entry;
  }

  /** Whether the entries still lead to the seal that was deposited. */
  public synchronized boolean leadsTo(String depositedSeal) {
    String seal = "";
    for (Entry entry : entries) {
      seal = seal(seal, entry.time(), entry.locker(), entry.courierNote());
    }
    return seal.equals(depositedSeal);
  }

  private static String seal(String previous, Instant time, String locker, String courierNote) {
    MessageDigest digest = digest();
    for (String part : List.of(previous, time.toString(), locker, courierNote)) {
      byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
      digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes.length));
      digest.update(bytes);
    }
    return HEX.formatHex(digest.digest());
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has this digest", e);
    }
  }

  /** One opened locker. */
  public record Entry(Instant time, String locker, String courierNote, String seal) {}
}
