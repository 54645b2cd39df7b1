package org.museumarchive.scans;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Scanned letters and photographs, one folder per collection. */
public class ScanStore {
  private final Path root;

  public ScanStore(Path root) throws IOException {
    this.root = root.toRealPath();
  }

  /**
   * Copies a scan to the response.
   *
   * @param name the rest of the requested address, e.g. {@code letters/1871/004.tif}
   */
  public long send(String name, OutputStream response) throws IOException {
    Path scan = locate(name);
    if (!Files.isRegularFile(scan)) {
      throw new NoSuchFileException(name);
    }
    try (InputStream in = Files.newInputStream(scan)) {
      return in.transferTo(response);
    }
  }

  /** Size of a scan in bytes, or -1 where there is none of that name. */
  public long size(String name) throws IOException {
    Path scan = locate(name);
    return Files.isRegularFile(scan) ? Files.size(scan) : -1;
  }

  private Path locate(String name) throws NoSuchFileException {
    Path scan = root.resolve(name).normalize();
    if (!scan.startsWith(root)) {
      throw new NoSuchFileException(name);
    }
    return scan;
  }
}
