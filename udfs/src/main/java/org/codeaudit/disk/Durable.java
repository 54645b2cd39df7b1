package org.codeaudit.disk;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is on the disk itself, and is there after a loss of power. */
public final class Durable {
  private static final Logger LOG = LoggerFactory.getLogger(Durable.class);

  /** Windows opens no folders, and forces only what is open for writing. */
  private static final boolean WINDOWS = System.getProperty("os.name").startsWith("Windows");

  private Durable() {}

  /**
   * Writes a file beside its place and gives it its name once all of it is on the disk: whatever
   * happens meanwhile, there is the file of before or this one, whole. Missing folders are created.
   */
  public static void write(Path file, byte[] content) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    Files.createDirectories(folder);
    Path part = folder.resolve("." + file.getFileName() + ".part");
    try {
      Files.write(part, content);
      file(part);
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
    names(folder);
  }

  /** Waits until what was written to a file is on the disk. */
  public static void file(Path file) throws IOException {
    force(file, WINDOWS ? StandardOpenOption.WRITE : StandardOpenOption.READ);
  }

  /**
   * Waits until the names in a folder are on the disk: what was made there, moved or deleted. Some
   * file systems cannot be told to; that is no reason to give up what has been done.
   */
  public static void names(Path folder) {
    try {
      if (!WINDOWS) {
        force(folder, StandardOpenOption.READ);
      }
    } catch (IOException e) {
      LOG.debug("The names in {} cannot be forced to the disk", folder, e);
    }
  }

  private static void force(Path place, StandardOpenOption how) throws IOException {
    try (FileChannel channel = FileChannel.open(place, how)) {
      channel.force(true);
    }
  }
}
