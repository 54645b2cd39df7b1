package org.codeaudit.model.torch.pack;

import java.util.List;

/**
 * Rows of a matrix in one form.
 *
 * @param tensors that they are made of, one below the other
 * @param shape how they lie; null for tensors that are kept as plain numbers
 * @param offset where they begin in their file; 0 if they are in none
 */
record PackedPiece(List<String> tensors, CodeShape shape, long offset) {
  PackedPiece {
    tensors = List.copyOf(tensors);
  }
}
