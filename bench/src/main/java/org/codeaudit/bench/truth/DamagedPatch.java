package org.codeaudit.bench.truth;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.codeaudit.change.FilePatch;

/**
 * A patch of one file that something happened to on its way: one of {@code damaged.json}.
 *
 * @param kind what happened
 * @param patch the file, seen from the pair's folder
 * @param gnu whether GNU patch reads it
 * @param git whether {@code git apply --numstat} does
 */
record DamagedPatch(String kind, String patch, boolean gnu, boolean git) {

  void compare(Path pair, Tally tally) throws IOException {
    List<FilePatch> files = PatchTruth.read(pair.resolve(patch));
    boolean ours = !files.isEmpty() && files.stream().allMatch(file -> file.error().isEmpty());
    String name =
        verdict("we", ours) + ", " + verdict("GNU patch", gnu) + ", " + verdict("git", git);
    if (ours == gnu) {
      tally.right("damaged", kind, name, 1);
    } else {
      tally.wrong("damaged", kind, name, 1, pair.getFileName() + "/" + patch);
    }
  }

  private static String verdict(String who, boolean reads) {
    return who + (reads ? ": read" : ": refused");
  }
}
