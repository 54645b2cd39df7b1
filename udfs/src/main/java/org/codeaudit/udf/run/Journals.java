package org.codeaudit.udf.run;

import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkEnv;
import org.apache.spark.deploy.SparkHadoopUtil;

/**
 * The file systems of journals in this JVM. They stay open to the very end: Hadoop closes its own
 * while an executor that shuts down is still removing markers, and a marker that is left blames a
 * row.
 */
final class Journals {
  /** The journals of this JVM. */
  static final Journals SHARED = new Journals();

  private final Map<URI, FileSystem> fileSystems = new HashMap<>();

  /** The file system a path lies on; it is never closed. */
  synchronized FileSystem of(Path path) throws IOException {
    Configuration hadoop = SparkHadoopUtil.get().newConfiguration(SparkEnv.get().conf());
    URI root = path.getFileSystem(hadoop).getUri();
    FileSystem known = fileSystems.get(root);
    if (known == null) {
      hadoop.setBoolean("fs.automatic.close", false);
      known = FileSystem.newInstance(root, hadoop);
      fileSystems.put(root, known);
    }
    return known;
  }
}
