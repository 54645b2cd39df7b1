package org.codeaudit.checkpoint.tensor;

/**
 * How the numbers of a stored tensor are encoded: values come in blocks of {@link #blockSize()}
 * numbers that take {@link #blockBytes()} bytes. Plain types have blocks of one.
 *
 * <p>Block layouts of the types {@code Q…} are those of GGUF version 3.
 */
public enum TensorType {
  F32(1, 4),
  F16(1, 2),
  BF16(1, 2),
  Q4_0(32, 18),
  Q4_1(32, 20),
  Q5_0(32, 22),
  Q5_1(32, 24),
  Q8_0(32, 34),
  Q4_K(256, 144),
  Q5_K(256, 176),
  Q6_K(256, 210),
  /** Words of eight numbers, as GPTQ and AutoRound pack them; scales and zeros lie elsewhere. */
  INT4(8, 4),
  /** As INT4, words of four numbers. */
  INT8(4, 4),
  /** Bytes of two numbers of bitsandbytes' NormalFloat type; scales lie elsewhere. */
  NF4(2, 1),
  // The types of weights stand before these. Parts of quantised matrices are I32 and U8; tensors
  // of all others are left out, as are those of the two that are no part.
  I32(1, 4),
  U8(1, 1),
  BOOL(1, 1),
  I8(1, 1),
  I16(1, 2),
  U16(1, 2),
  U32(1, 4),
  I64(1, 8),
  U64(1, 8),
  F64(1, 8),
  C64(1, 8),
  F8_E4M3(1, 1),
  F8_E5M2(1, 1),
  F8_E8M0(1, 1),
  F6_E2M3(4, 3),
  F6_E3M2(4, 3),
  F4(2, 1);

  private final int blockSize;
  private final int blockBytes;

  TensorType(int blockSize, int blockBytes) {
    this.blockSize = blockSize;
    this.blockBytes = blockBytes;
  }

  /** Numbers in one block. */
  public int blockSize() {
    return blockSize;
  }

  /** Bytes of one block. */
  public int blockBytes() {
    return blockBytes;
  }

  /** Whether a weight may have this type. */
  public boolean ofWeights() {
    return compareTo(I32) < 0;
  }

  /** Whether every number stands for itself, so that the file can be used as the tensor. */
  public boolean plain() {
    return this == F32 || this == F16 || this == BF16;
  }
}
