package org.codeaudit.job.source;

import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/** Some patch files, read one after the other. */
record DiffPartition(List<PatchFile> files, int maxDiffCharacters) implements ChangePartition {

  /**
   * @param path absolute path
   * @param repository what the column {@code repository} says
   */
  record PatchFile(String path, String repository) implements Serializable {}

  @Override
  public int units() {
    return files.size();
  }

  @Override
  public Rows rows() {
    return new PatchFileRows(files.iterator(), maxDiffCharacters);
  }

  private static final class PatchFileRows implements Rows {
    private final Iterator<PatchFile> files;
    private final int maxDiffCharacters;
    private PatchFile file;
    private InputStream open = InputStream.nullInputStream();
    private Iterator<ChangeRow> rows = Collections.emptyIterator();

    PatchFileRows(Iterator<PatchFile> files, int maxDiffCharacters) {
      this.files = files;
      this.maxDiffCharacters = maxDiffCharacters;
    }

    @Override
    public boolean hasNext() {
      while (true) {
        try {
          if (rows.hasNext()) {
            return true;
          }
          if (!files.hasNext()) {
            close();
            return false;
          }
          file = files.next();
          openFile();
        } catch (IOException unreadable) {
          rows = List.of(failed(unreadable)).iterator();
        } catch (UncheckedIOException unreadable) {
          rows = List.of(failed(unreadable.getCause())).iterator();
        }
      }
    }

    @Override
    public ChangeRow next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return rows.next();
    }

    private void openFile() throws IOException {
      open.close();
      open = Files.newInputStream(Path.of(file.path()));
      Iterator<String> lines = new PatchLines(open, maxDiffCharacters);
      rows = new PatchRows(lines, file.path(), file.repository(), maxDiffCharacters);
    }

    private ChangeRow failed(IOException cause) {
      return ChangeRow.whole(ChangeRow.Origin.of(file.repository()))
          .failed(SourcePaths.unreadable(file.path(), cause));
    }

    @Override
    public void close() {
      rows = Collections.emptyIterator();
      try {
        open.close();
      } catch (IOException unimportant) {
        // It was only read.
      }
    }
  }
}
