package org.codeaudit.placement.weight;

/**
 * Matrices of one shape that are stored alike, such as the gate projections of a layer's experts.
 *
 * @param name Hugging Face name of the first
 * @param rows outputs of each
 * @param columns inputs of each
 * @param count how many there are
 * @param storage how the checkpoint stores each
 */
public record Matrix(String name, long rows, long columns, long count, Storage storage) {
  /** Numbers of all of them. */
  public long numbers() {
    return rows * columns * count;
  }

  /** The same, stored in another way. */
  Matrix stored(Storage other) {
    return new Matrix(name, rows, columns, count, other);
  }

  /** One more of them. */
  Matrix more() {
    return new Matrix(name, rows, columns, count + 1, storage);
  }
}
