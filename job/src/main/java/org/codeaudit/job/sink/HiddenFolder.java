package org.codeaudit.job.sink;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * What lies beside the tables and is none of them.
 *
 * @param folder of the tables
 */
record HiddenFolder(FileSystem fileSystem, Path folder) {
  private static final String NAME = "_audit";

  /** A file or folder here. */
  Path place(String name) {
    return new Path(new Path(folder, NAME), name);
  }

  /** There while a run writes to the folder, or has died and nobody has noticed. */
  Path lock() {
    return place("lock");
  }

  /** Where each run has a folder for what it stages, with a folder for each wave. */
  Path staging() {
    return place("staging");
  }

  Path staging(String runId, String wave) {
    return new Path(new Path(staging(), runId), wave);
  }

  Path manifests() {
    return place("manifests");
  }

  /** The manifest of a wave, whether or not it was published. */
  Path manifest(String runId, String wave) {
    return new Path(manifests(), Manifest.fileName(runId, wave));
  }

  /** The manifests of waves that were published and are not, or not all, in the tables. */
  List<Path> unfinished() throws IOException {
    List<Path> manifests = new ArrayList<>();
    for (FileStatus run : Manifest.Entry.list(fileSystem, staging())) {
      for (FileStatus wave : Manifest.Entry.list(fileSystem, run.getPath())) {
        Path manifest = manifest(run.getPath().getName(), wave.getPath().getName());
        if (fileSystem.exists(manifest)) {
          manifests.add(manifest);
        }
      }
    }
    return manifests;
  }
}
