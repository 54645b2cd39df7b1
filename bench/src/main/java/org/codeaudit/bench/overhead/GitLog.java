package org.codeaudit.bench.overhead;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.bench.measure.Stopwatch;

/** What the git source is compared with: {@code git log -p}, which prints the same diffs. */
public final class GitLog {
  private GitLog() {}

  /** Seconds for all commits of HEAD but merges, printed to nowhere. */
  public static double seconds(Path repository) throws InterruptedException {
    Stopwatch watch = new Stopwatch();
    try {
      Process git =
          new ProcessBuilder(
                  List.of(
                      "git", "-C", repository.toString(), "log", "-p", "--no-merges", "--no-color"))
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      if (git.waitFor() == 0) {
        return watch.seconds();
      }
      throw failure(repository, "it ended with " + git.exitValue(), null);
    } catch (IOException e) {
      throw failure(repository, e.toString(), e);
    }
  }

  private static AuditException failure(Path repository, String why, Exception cause) {
    return new AuditException(
        ErrorClass.BENCH,
        "git log cannot be run in " + repository,
        why,
        "Install git and name a repository with --repository",
        cause);
  }
}
