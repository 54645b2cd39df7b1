package org.codeaudit.fetch;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.Hashes;
import org.codeaudit.web.Patience;

/**
 * One file on its way to this machine. What has arrived is kept in {@code NAME.part}, where a later
 * download continues, even one of another process; it is hashed as it arrives.
 */
final class Download implements Closeable {
  private static final int MOST_CHECKSUM_FAILURES = 3;
  private static final int BUFFER_BYTES = 1 << 18;

  /** So much between two failures is progress. */
  private static final long PROGRESS_BYTES = 1 << 20;

  private final RemoteModel remote;
  private final RemoteFile file;
  private final Path part;
  private final Path destination;
  private final Patience patience;
  private final LongConsumer arrived;
  private final FileChannel channel;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private Optional<MessageDigest> digest = Optional.empty();
  private long position;

  /**
   * Opens or creates {@code NAME.part}.
   *
   * @param folder exists; gets the file under its name once it is whole
   * @param arrived is told the bytes that come, negative when some are thrown away
   */
  Download(
      RemoteModel remote, RemoteFile file, Path folder, Patience patience, LongConsumer arrived)
      throws IOException {
    this.remote = remote;
    this.file = file;
    this.part = part(folder, file);
    this.destination = folder.resolve(file.name());
    this.patience = patience;
    this.arrived = arrived;
    this.channel =
        FileChannel.open(
            part, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      begin();
      takeUp();
    } catch (Throwable failure) {
      channel.close();
      throw failure;
    }
  }

  static Path part(Path folder, RemoteFile file) {
    return folder.resolve(file.name() + ".part");
  }

  private void begin() {
    digest = file.checksum().map(checksum -> checksum.begin(file.size()));
    position = 0;
  }

  /** Continues where an earlier download stopped. */
  private void takeUp() throws IOException {
    if (channel.size() > file.size()) {
      channel.truncate(0);
    }
    long left = channel.size();
    ByteBuffer bytes = ByteBuffer.wrap(buffer);
    while (position < left && channel.read(bytes.clear(), position) > 0) {
      int read = bytes.position();
      digest.ifPresent(hash -> hash.update(buffer, 0, read));
      position += read;
    }
  }

  /** Bytes that have arrived. */
  long position() {
    return position;
  }

  /**
   * Fetches the whole file, compares its checksum and gives it its name.
   *
   * @throws AuditException if it cannot be fetched, stored, or repeatedly is not what its store
   *     says it is
   */
  void complete() {
    for (int failures = 1; ; failures++) {
      upTo(file.size());
      String found = digest.map(Hashes::hex).orElse("");
      try {
        if (file.checksum().map(expected -> expected.hex().equals(found)).orElse(true)) {
          channel.force(true);
          Files.move(part, destination, StandardCopyOption.ATOMIC_MOVE);
          return;
        }
        arrived.accept(-position);
        channel.truncate(0);
        begin();
      } catch (IOException e) {
        throw notStored(e);
      }
      if (failures == MOST_CHECKSUM_FAILURES) {
        throw wrong(found);
      }
    }
  }

  /** Fetches the file's beginning, unless it is there. */
  void upTo(long bytes) {
    Patience.Trial trial = patience.trial("Fetching " + file.name());
    while (position < bytes) {
      long before = position;
      try {
        try (InputStream in = remote.open(file, position, bytes)) {
          copy(in, bytes);
        } catch (NotStored e) {
          throw notStored(e.cause);
        } catch (IOException e) {
          if (position - before >= PROGRESS_BYTES) {
            trial.advanced();
          }
          if (e instanceof SpoiledBytes spoiled) {
            throwAway(spoiled.from());
          }
          trial.pause(e);
        }
      } catch (IOException e) {
        throw remote.explain(file, e);
      }
    }
  }

  private void throwAway(long from) {
    try {
      arrived.accept(Math.min(0, from - position));
      channel.truncate(from);
      begin();
      takeUp();
    } catch (IOException e) {
      throw notStored(e);
    }
  }

  private void copy(InputStream in, long end) throws IOException {
    while (position < end) {
      int read = in.read(buffer, 0, (int) Math.min(buffer.length, end - position));
      if (read < 0) {
        throw new EOFException("it ended after " + position + " of " + end + " bytes");
      }
      write(read);
      arrived.accept(read);
    }
  }

  private void write(int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, length);
    try {
      for (long at = position; bytes.hasRemaining(); ) {
        at += channel.write(bytes, at);
      }
    } catch (ClosedByInterruptException e) {
      throw new InterruptedIOException("the download was interrupted");
    } catch (IOException e) {
      throw new NotStored(e);
    }
    digest.ifPresent(hash -> hash.update(buffer, 0, length));
    position += length;
  }

  /** Tells a full disk from a broken connection. */
  private static final class NotStored extends IOException {
    private static final long serialVersionUID = 1L;
    private final IOException cause;

    NotStored(IOException cause) {
      super(cause);
      this.cause = cause;
    }
  }

  private AuditException notStored(IOException failure) {
    return CacheErrors.notStored(remote.reference(), part, failure);
  }

  private AuditException wrong(String found) {
    return new AuditException(
        ErrorClass.MODEL_CHECKSUM,
        "Cannot fetch " + remote.reference() + " (its file " + file.name() + ")",
        "what arrived has the "
            + file.checksum().map(Checksum::kind).orElseThrow()
            + " "
            + found
            + " where "
            + file.checksum().map(Checksum::hex).orElseThrow()
            + " was expected, "
            + MOST_CHECKSUM_FAILURES
            + " times",
        "Something between the store and this machine changes the file (a proxy, a mirror): fetch"
            + " it another way and pass its folder");
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
