package org.codeaudit.job.source.patch;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.codeaudit.job.source.row.ChangePartition;
import org.codeaudit.job.source.row.ChangeRow;
import org.codeaudit.job.source.row.SourcePaths;

/** Some patches, read one after the other. */
record DiffPartition(List<PatchInput> patches, int maxDiffCharacters) implements ChangePartition {

  @Override
  public int units() {
    return patches.size();
  }

  @Override
  public Rows rows() {
    return new RowsOfPatches(patches.iterator(), maxDiffCharacters);
  }

  private static final class RowsOfPatches implements Rows {
    private final Iterator<PatchInput> patches;
    private final int maxDiffCharacters;
    private PatchInput patch;
    private InputStream open = InputStream.nullInputStream();
    private Iterator<ChangeRow> rows = Collections.emptyIterator();

    RowsOfPatches(Iterator<PatchInput> patches, int maxDiffCharacters) {
      this.patches = patches;
      this.maxDiffCharacters = maxDiffCharacters;
    }

    @Override
    public boolean hasNext() {
      while (true) {
        try {
          if (rows.hasNext()) {
            return true;
          }
          if (!patches.hasNext()) {
            close();
            return false;
          }
          patch = patches.next();
          openPatch();
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

    private void openPatch() throws IOException {
      open.close();
      open = patch.open();
      Iterator<String> lines = new PatchLines(open, maxDiffCharacters);
      rows = new PatchRows(lines, patch.place(), patch.repository(), maxDiffCharacters);
    }

    private ChangeRow failed(IOException cause) {
      return ChangeRow.whole(ChangeRow.Origin.of(patch.repository()))
          .failed(SourcePaths.unreadable(patch.place(), cause));
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
