package org.codeaudit.fetch;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.security.AccessControlException;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.Hashes;

/** A folder or a GGUF file of a Hadoop file system, as it was when it was pinned. */
final class HadoopModel implements RemoteModel {
  private static final int LISTING_DIGITS = 16;

  private final Configuration configuration;
  private final FileSystem store;
  private final Path folder;
  private final ModelReference.Hadoop reference;
  private final List<RemoteFile> files;

  private HadoopModel(
      Configuration configuration,
      FileSystem store,
      Path folder,
      ModelReference.Hadoop reference,
      List<RemoteFile> files) {
    this.configuration = configuration;
    this.store = store;
    this.folder = folder;
    this.reference = reference;
    this.files = files;
  }

  /**
   * Lists the files; pins the reference, or checks that a pinned one still holds.
   *
   * @throws AuditException if there is no such folder or file system, it may not be read, or it has
   *     changed since it was pinned
   */
  static HadoopModel of(Configuration configuration, ModelReference.Hadoop reference) {
    try {
      Path path = new Path(reference.location());
      FileSystem store = path.getFileSystem(configuration);
      Path full = store.makeQualified(path);
      FileStatus status = store.getFileStatus(full);
      List<FileStatus> found = new ArrayList<>();
      for (FileStatus file : status.isFile() ? new FileStatus[] {status} : store.listStatus(full)) {
        if (file.isFile()) {
          found.add(file);
        }
      }
      found.sort(Comparator.comparing(file -> file.getPath().getName()));
      String listing = listing(found);
      if (reference.pinned() && !reference.listing().get().equals(listing)) {
        throw changed(reference);
      }
      return new HadoopModel(
          configuration,
          store,
          status.isFile() ? full.getParent() : full,
          new ModelReference.Hadoop(full.toString(), Optional.of(listing)),
          found.stream()
              .map(f -> new RemoteFile(f.getPath().getName(), f.getLen(), Optional.empty()))
              .toList());
    } catch (IOException e) {
      throw explain(reference, "the list of its files", e);
    } catch (AuditException e) {
      throw e;
    } catch (RuntimeException e) {
      // Hadoop wraps a missing class of a file system in a RuntimeException.
      throw noFileSystem(reference, e);
    }
  }

  private static String listing(List<FileStatus> files) {
    StringBuilder lines = new StringBuilder();
    for (FileStatus file : files) {
      lines.append(file.getPath().getName()).append(' ').append(file.getLen());
      lines.append(' ').append(file.getModificationTime()).append('\n');
    }
    return Hashes.hex(lines.toString()).substring(0, LISTING_DIGITS);
  }

  @Override
  public ModelReference.Hadoop reference() {
    return reference;
  }

  @Override
  public List<RemoteFile> files() {
    return files;
  }

  @Override
  public Optional<String> revision() {
    return Optional.empty();
  }

  @Override
  public InputStream open(RemoteFile file, long from, long to) throws IOException {
    FSDataInputStream in = store.open(new Path(folder, file.name()));
    try {
      in.seek(from);
      return in;
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  @Override
  public void confirm() {
    of(configuration, reference);
  }

  @Override
  public AuditException explain(RemoteFile file, IOException failure) {
    return explain(reference, "its file " + file.name(), failure);
  }

  private static AuditException explain(
      ModelReference.Hadoop reference, String part, IOException failure) {
    String what = "Cannot fetch " + reference.location() + " (" + part + ")";
    if (failure instanceof FileNotFoundException) {
      return new AuditException(
          ErrorClass.MODEL_NOT_FOUND,
          what,
          "there is no such file or folder: " + failure.getMessage(),
          "Give the URI of a Hugging Face folder or of a GGUF file",
          failure);
    }
    if (failure instanceof AccessControlException) {
      return new AuditException(
          ErrorClass.MODEL_FORBIDDEN,
          what,
          "it may not be read: " + failure.getMessage(),
          "Give the job's user the right to read it, or Hadoop the credentials",
          failure);
    }
    if (failure instanceof org.apache.hadoop.fs.UnsupportedFileSystemException) {
      return noFileSystem(reference, failure);
    }
    return new AuditException(
        ErrorClass.MODEL_FETCH,
        what,
        String.valueOf(failure),
        "Check the URI and Hadoop's settings (spark.hadoop.*); what was fetched so far is kept",
        failure);
  }

  private static AuditException noFileSystem(ModelReference.Hadoop reference, Exception failure) {
    return new AuditException(
        ErrorClass.MODEL_FILE_SYSTEM,
        "Cannot read " + reference.location(),
        "Hadoop has no usable file system for it: " + failure.getMessage(),
        "Check the scheme; a store such as s3a needs its jars on the class path (--packages"
            + " org.apache.hadoop:hadoop-aws:VERSION, as Spark's Hadoop)",
        failure);
  }

  private static AuditException changed(ModelReference.Hadoop reference) {
    return new AuditException(
        ErrorClass.MODEL_CHANGED,
        "Cannot fetch " + reference.location(),
        "its files are not those the run began with (names, sizes or times differ), so answers"
            + " would come from two models",
        "Start the run again; put a changed model into a folder of its own");
  }
}
