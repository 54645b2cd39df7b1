package org.codeaudit.job.source.patch;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Set;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.job.source.row.SourcePaths;
import scala.reflect.ClassTag$;

/**
 * A patch that came through standard input or a pipe. Only this process can read it, and only once:
 * it is read when the source is loaded and sent to the executors, so that every action over the
 * frame sees the same.
 */
record PipedPatch(String place, String repository, long bytes, Broadcast<byte[]> text)
    implements PatchInput {
  /** The name of standard input among paths. */
  static final String STANDARD_INPUT = "-";

  private static final Set<String> ALSO_STANDARD_INPUT =
      Set.of("/dev/stdin", "/dev/fd/0", "/proc/self/fd/0");

  /** The driver keeps it whole. */
  private static final int MOST_BYTES = 256 << 20;

  /** Whether executors cannot open a place, because it is not a file. */
  static boolean isPiped(String place) {
    if (isStandardInput(place)) {
      return true;
    }
    try {
      Path path = Path.of(place).toAbsolutePath().normalize();
      boolean ofThisProcess = path.startsWith("/dev") || path.startsWith("/proc");
      return Files.exists(path)
          && !Files.isDirectory(path)
          && (ofThisProcess || !Files.isRegularFile(path));
    } catch (InvalidPathException none) {
      return false;
    }
  }

  static boolean isStandardInput(String place) {
    return place.equals(STANDARD_INPUT) || ALSO_STANDARD_INPUT.contains(place);
  }

  /** What the column {@code repository} calls it, the same whenever the command is run. */
  static String name(String place) {
    if (isStandardInput(place)) {
      return "stdin";
    }
    Path path = Path.of(place);
    boolean numbered = path.startsWith("/dev/fd") || path.startsWith("/proc");
    return numbered ? "pipe" : path.getFileName().toString();
  }

  /**
   * Reads to the end, which takes as long as the writer does.
   *
   * @throws AuditException {@code SOURCE_UNREADABLE}, also for more than a driver should hold
   */
  static PipedPatch read(String place, String repository, SparkSession spark) {
    byte[] text;
    try {
      text = isStandardInput(place) ? System.in.readNBytes(MOST_BYTES + 1) : readPipe(place);
    } catch (IOException unreadable) {
      throw SourcePaths.unreadable(shown(place), unreadable);
    }
    if (text.length > MOST_BYTES) {
      throw new AuditException(
          ErrorClass.SOURCE_UNREADABLE,
          "Cannot read " + shown(place),
          "More than " + MOST_BYTES + " bytes came through it",
          "Write them into a file that every executor can open, and name that");
    }
    Broadcast<byte[]> sent =
        spark.sparkContext().broadcast(text, ClassTag$.MODULE$.apply(byte[].class));
    return new PipedPatch(shown(place), repository, text.length, sent);
  }

  private static byte[] readPipe(String place) throws IOException {
    try (InputStream in = Files.newInputStream(Path.of(place))) {
      return in.readNBytes(MOST_BYTES + 1);
    }
  }

  private static String shown(String place) {
    return isStandardInput(place) ? "standard input" : place;
  }

  @Override
  public InputStream open() {
    return new ByteArrayInputStream(text.value());
  }
}
