package org.codeaudit.checkpoint.quantized;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A matrix of small integers with scales, in one plain layout whatever format it came from: codes
 * of a checkpoint that was quantised, or what a matrix is quantised to while it is loaded.
 *
 * <p>{@link Kind#AFFINE}: the weight in row n and column k is {@code (code - zero) * scale}, with
 * the scale and zero of row n and group {@code k / groupSize}. Scales may be negative. {@link
 * Kind#NF4}: it is {@code table[code] * scale}, with the scale of element {@code n * columns + k}
 * divided by {@code groupSize}, rows one after the other.
 *
 * @param bits 4 or 8
 * @param rows outputs
 * @param columns inputs
 * @param groupSize numbers that share a scale
 * @param codes one byte a number, unsigned, row by row: a direct buffer of {@code rows * columns}
 * @param scales one a group: [rows][columns / groupSize], the last group of a row may be shorter
 * @param zeros as scales; empty for NF4
 * @param columnOrder where groups are not made of neighbours (GPTQ's {@code g_idx}): the columns of
 *     {@code codes} are those of the weight in this order; empty for the weight's own
 */
public record QuantizedMatrix(
    Kind kind,
    int bits,
    int rows,
    int columns,
    int groupSize,
    ByteBuffer codes,
    float[] scales,
    float[] zeros,
    Optional<int[]> columnOrder) {

  /** What a code means. */
  public enum Kind {
    /** An integer, from which a zero is subtracted. */
    AFFINE,
    /** An index into the 16 values of the 4-bit NormalFloat type (arXiv 2305.14314). */
    NF4
  }
}
