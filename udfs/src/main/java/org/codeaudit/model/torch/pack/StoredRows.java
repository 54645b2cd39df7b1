package org.codeaudit.model.torch.pack;

import org.codeaudit.checkpoint.quantized.QuantizedMatrix;

/** Rows of a matrix that the checkpoint holds quantised, with its own codes and scales. */
record StoredRows(QuantizedMatrix matrix) implements RowSource {

  @Override
  public int rows() {
    return matrix.rows();
  }

  @Override
  public void read(int firstRow, int rows, Stripe stripe, int at) {
    int columns = matrix.columns();
    for (int row = 0; row < rows; row++) {
      matrix
          .codes()
          .get((firstRow + row) * columns, stripe.codes, (at + row) * stripe.width, columns);
    }
    if (matrix.kind() == QuantizedMatrix.Kind.NF4) {
      readBlocks(firstRow, rows, stripe, at);
      return;
    }
    int groups = (columns + matrix.groupSize() - 1) / matrix.groupSize();
    System.arraycopy(matrix.scales(), firstRow * groups, stripe.scales, at * groups, rows * groups);
    if (stripe.zeros.length > 0) {
      System.arraycopy(matrix.zeros(), firstRow * groups, stripe.zeros, at * groups, rows * groups);
    }
  }

  /** Blocks continue across the ends of rows; the first row begins with a block. */
  private void readBlocks(int firstRow, int rows, Stripe stripe, int at) {
    long columns = matrix.columns();
    int first = (int) (firstRow * columns / matrix.groupSize());
    int target = (int) (at * columns / matrix.groupSize());
    int blocks = (int) ((rows * columns + matrix.groupSize() - 1) / matrix.groupSize());
    System.arraycopy(matrix.scales(), first, stripe.scales, target, blocks);
  }
}
