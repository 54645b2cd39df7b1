package org.codeaudit.job.source.row;

import java.util.Iterator;

/** Rows of an iterator and what is to be closed after them. */
public record RowsOf(Iterator<ChangeRow> rows, Runnable closing) implements ChangePartition.Rows {
  @Override
  public boolean hasNext() {
    return rows.hasNext();
  }

  @Override
  public ChangeRow next() {
    return rows.next();
  }

  @Override
  public void close() {
    closing.run();
  }
}
