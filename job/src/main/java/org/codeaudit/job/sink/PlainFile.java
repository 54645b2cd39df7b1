package org.codeaudit.job.sink;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.disk.Durable;
import org.codeaudit.job.source.row.LiteralPaths;

/**
 * Files that people and other programs read, on any file system Hadoop knows. On a disk of this
 * machine a file that is replaced stays whole until the new one is.
 */
public final class PlainFile {
  private PlainFile() {}

  /**
   * Writes a file; an existing one is replaced, and missing folders are created.
   *
   * @param error the class of the error
   * @throws AuditException of that class if it cannot be written
   */
  public static void write(
      byte[] content, String path, Configuration configuration, ErrorClass error) {
    try {
      Path place = new Path(LiteralPaths.place(path));
      FileSystem files = place.getFileSystem(configuration);
      if (LocalDisk.is(files) && isReplaceable(LocalDisk.path(place))) {
        try {
          Durable.write(LocalDisk.path(place), content);
          return;
        } catch (FileSystemException e) {
          // All is written, but no other file can take the name of one that is a mount of its own.
          if (e.getOtherFile() == null) {
            throw e;
          }
        }
      }
      // Without the checksum file that Hadoop writes beside every file on a local disk.
      FileSystem plain = files instanceof LocalFileSystem local ? local.getRaw() : files;
      try (OutputStream stream = plain.create(place, true)) {
        stream.write(content);
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new AuditException(
          error,
          "Cannot write " + path,
          e.toString(),
          "Name a file that can be written, and run the same command again: nothing is asked twice",
          e);
    }
  }

  /** Not so devices, such as standard output, and links: they would give way to a file. */
  private static boolean isReplaceable(java.nio.file.Path file) {
    java.nio.file.Path folder = file.toAbsolutePath().getParent();
    return folder != null
        && (Files.notExists(file, LinkOption.NOFOLLOW_LINKS)
            || Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && Files.isWritable(file))
        && (Files.notExists(folder) || Files.isWritable(folder));
  }
}
