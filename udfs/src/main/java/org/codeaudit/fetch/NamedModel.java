package org.codeaudit.fetch;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.codeaudit.packages.Release;

/**
 * A model that Code Audit knows by name: one GGUF file, and where to get it.
 *
 * @param name what {@code --model} says
 * @param title what its makers call it
 * @param license its SPDX name
 * @param file the name of the GGUF file
 * @param bytes of the file
 * @param sha256 of the file, in lower-case hexadecimal digits
 * @param hub the repository of the Hugging Face hub whose branch {@code main} has the file; empty
 *     where none is known
 * @param packages Python packages that carry the file
 */
public record NamedModel(
    String name,
    String title,
    String license,
    String file,
    long bytes,
    String sha256,
    Optional<String> hub,
    Parts packages) {

  /**
   * The file in parts, one in each package; one after the other they are the file.
   *
   * @param name of the packages; {@code {part}} stands for the number of the part, from 1 on
   * @param version of all of them
   * @param parts how many there are
   * @param partBytes of every part but the last, which may have fewer
   * @param member where a wheel holds its part, as of {@link
   *     java.nio.file.FileSystem#getPathMatcher}
   */
  public record Parts(String name, String version, int parts, long partBytes, String member) {

    /** The package with a part, counted from 0 on. */
    Release release(int part) {
      return new Release(name.replace("{part}", String.valueOf(part + 1)), version);
    }

    List<Release> releases() {
      return IntStream.range(0, parts).mapToObj(this::release).toList();
    }
  }

  public NamedModel {
    long most = packages.parts * packages.partBytes;
    if (packages.parts < 1 || bytes > most || bytes <= most - packages.partBytes) {
      throw new IllegalArgumentException(name + " does not have the size of its parts");
    }
  }

  /** The reference that means this file and no other. */
  ModelReference.Named pinned() {
    return new ModelReference.Named(name, Optional.of(sha256));
  }

  RemoteFile remoteFile() {
    return new RemoteFile(file, bytes, Optional.of(new Checksum(Checksum.Kind.SHA_256, sha256)));
  }
}
