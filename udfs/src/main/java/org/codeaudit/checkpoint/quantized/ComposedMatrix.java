package org.codeaudit.checkpoint.quantized;

import java.nio.FloatBuffer;
import org.codeaudit.checkpoint.Checkpoint;
import org.codeaudit.checkpoint.tensor.TensorInfo;

/** A quantised matrix that several stored tensors make up: numbers, scales and what belongs. */
public interface ComposedMatrix {

  /** The matrix by the name and shape it would have if it were stored plainly. */
  TensorInfo tensor();

  /** As {@link Checkpoint#read}, for rows that have been checked. */
  void read(long firstRow, long rows, FloatBuffer destination);

  /** As {@link Checkpoint#quantized}. */
  QuantizedMatrix quantized();
}
