package org.codeaudit.disk;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/** A folder with all that is below it, which others may change meanwhile. */
public final class FolderTree {
  private interface Visit {
    void file(Path file, BasicFileAttributes attributes) throws IOException;
  }

  private FolderTree() {}

  /** The sizes of all files together. */
  public static long bytes(Path folder) throws IOException {
    long[] bytes = {0};
    visit(folder, (file, attributes) -> bytes[0] += attributes.size(), false);
    return bytes[0];
  }

  /** Deletes the files whose names end so, such as the locks of a killed program. */
  public static void deleteFiles(Path folder, String ending) throws IOException {
    visit(
        folder,
        (file, attributes) -> {
          if (file.toString().endsWith(ending)) {
            Files.deleteIfExists(file);
          }
        },
        false);
  }

  /** Deletes the folder if it is there. */
  public static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      visit(folder, (file, attributes) -> Files.deleteIfExists(file), true);
    }
  }

  private static void visit(Path folder, Visit visit, boolean deleteFolders) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            visit.file(file, attributes);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException failure)
              throws IOException {
            if (failure instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw failure;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, IOException failure)
              throws IOException {
            if (deleteFolders) {
              Files.delete(directory);
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
