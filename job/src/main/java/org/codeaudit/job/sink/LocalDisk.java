package org.codeaudit.job.sink;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.fs.FileSystem;
import org.codeaudit.disk.Durable;

/**
 * Disks of this machine among the file systems of Hadoop. What was written to one is lost with the
 * power until the system is told to wait for the disk; others keep what was closed, as they
 * promise.
 */
final class LocalDisk {
  private LocalDisk() {}

  static boolean is(FileSystem fileSystem) {
    return "file".equals(fileSystem.getUri().getScheme());
  }

  static Path path(org.apache.hadoop.fs.Path place) {
    return Path.of(place.toUri().getPath());
  }

  /** Waits until the files of a folder, checksums included, and their names are on the disk. */
  static void forceFiles(FileSystem fileSystem, org.apache.hadoop.fs.Path folder)
      throws IOException {
    if (is(fileSystem)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(path(folder))) {
        for (Path file : files) {
          if (Files.isRegularFile(file)) {
            Durable.file(file);
          }
        }
      }
      Durable.names(path(folder));
    }
  }

  /** Waits until the names in a folder are on the disk. */
  static void forceNames(FileSystem fileSystem, org.apache.hadoop.fs.Path folder) {
    if (is(fileSystem)) {
      Durable.names(path(folder));
    }
  }
}
