package org.codeaudit.packages;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** A folder of wheels on this machine, as {@code pip download} leaves it. */
record WheelFolder(Path folder) implements WheelSource {

  @Override
  public Optional<Wheel> find(Release release) throws IOException {
    if (!Files.isDirectory(folder)) {
      return Optional.empty();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> release.isIn(file.getFileName().toString()))
          .findFirst()
          .map(Local::new);
    }
  }

  @Override
  public String toString() {
    return folder.toString();
  }

  private record Local(Path file) implements Wheel {
    @Override
    public String place() {
      return file.toString();
    }

    @Override
    public Optional<String> sha256() {
      return Optional.empty();
    }

    @Override
    public InputStream open() throws IOException {
      return Files.newInputStream(file);
    }
  }
}
