package org.codeaudit.job.source.row;

import java.util.Iterator;
import org.apache.spark.sql.connector.read.InputPartition;

/** A share of the work: names on the driver, rows where it is opened. */
public interface ChangePartition extends InputPartition {

  /** Rows as they are read; what cannot be read is a row with an error. */
  interface Rows extends Iterator<ChangeRow>, AutoCloseable {
    @Override
    void close();
  }

  /** How many commits, files or patch files it names; 1 where that is not known. */
  default int units() {
    return 1;
  }

  /** Opens what the partition names. The caller closes it. */
  Rows rows();
}
