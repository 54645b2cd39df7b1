package org.codeaudit.job.triage;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.job.sink.FileNames;

/** Where triaged logs go: one for each log that was read. */
public final class LogFiles {
  private LogFiles() {}

  /**
   * The paths of the logs.
   *
   * @param inputs the logs that were read
   * @param out the folder of the tables
   * @param target what the user names, null for nothing: of one log the file, of several the folder
   * @throws AuditException if a log that was read would be replaced
   */
  public static List<String> of(List<java.nio.file.Path> inputs, String out, String target) {
    List<String> paths = new ArrayList<>();
    if (inputs.size() == 1) {
      paths.add(target == null ? out + "/triage.sarif" : target);
    } else {
      FileNames names = new FileNames();
      String folder = target == null ? out : target;
      inputs.forEach(input -> paths.add(folder + "/" + names.next(stem(input), ".sarif")));
    }
    for (String path : paths) {
      for (java.nio.file.Path input : inputs) {
        if (same(java.nio.file.Path.of(path.replaceFirst("^file:(//)?(?=/)", "")), input)) {
          throw new AuditException(
              ErrorClass.OPTION,
              "Cannot write " + path,
              "it is one of the logs to be judged, which are never replaced",
              "Name another place with --sarif-out");
        }
      }
    }
    return paths;
  }

  private static boolean same(java.nio.file.Path one, java.nio.file.Path other) {
    try {
      return one.toAbsolutePath().normalize().equals(other.toAbsolutePath().normalize())
          || (Files.exists(one) && Files.exists(other) && Files.isSameFile(one, other));
    } catch (IOException e) {
      return false; // whoever reads or writes it will say what is wrong with it
    }
  }

  private static String stem(java.nio.file.Path input) {
    return "triage-" + input.getFileName().toString().replaceFirst("(\\.sarif)?(\\.json)?$", "");
  }
}
