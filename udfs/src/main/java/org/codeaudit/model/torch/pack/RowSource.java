package org.codeaudit.model.torch.pack;

/** Rows of a tensor as codes. Several threads may read. */
interface RowSource {

  /** How many rows there are. */
  int rows();

  /**
   * Reads rows.
   *
   * @param stripe takes them from its row {@code at} on
   */
  void read(int firstRow, int rows, Stripe stripe, int at);
}
