package dev.backupagent.store;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Comparator;

/** Publishes finished snapshots and keeps the newest few. Nothing else writes to the folder. */
public class SnapshotRotation {
  private final File folder;
  private final int keep;

  public SnapshotRotation(File folder, int keep) {
    if (keep < 1) {
      throw new IllegalArgumentException("At least one snapshot must stay");
    }
    this.folder = folder;
    this.keep = keep;
  }

  /**
   * Moves a finished snapshot into the folder, then removes the oldest ones.
   *
   * @param name when the snapshot was begun, e.g. {@code 20240131-0200}: names sort by age
   */
  public File publish(File staged, String name) throws IOException {
    File published = new File(folder, name + ".snapshot");
    if (published.exists()) {
      throw new IOException("There is a snapshot of that name: " + published);
    }
    if (!staged.renameTo(published)) {
      throw new IOException("The snapshot could not be moved to " + published);
    }
    removeOldest();
    return published;
  }

  private void removeOldest() throws IOException {
    File[] snapshots = folder.listFiles((dir, name) -> name.endsWith(".snapshot"));
    if (snapshots == null) {
      throw new IOException("The folder of snapshots cannot be read: " + folder);
    }
    Arrays.sort(snapshots, Comparator.comparing(File::getName));
    for (int i = 0; i < snapshots.length - keep; i++) {
      Files.delete(snapshots[i].toPath());
    }
  }
}
