package org.codeaudit.checkpoint.tensor;

/**
 * Dequantisation of GGUF blocks to 32-bit floats. The block layouts are those of GGUF version 3 and
 * are named at each method: {@code d} and {@code m} are halves, nibbles pack two numbers a byte.
 */
public final class BlockDecoder {
  private BlockDecoder() {}

  /**
   * Decodes {@code blocks} whole blocks from the beginning of {@code in} to that of {@code out}.
   */
  static void decode(TensorType type, byte[] in, float[] out, int blocks) {
    int bytes = type.blockBytes();
    int size = type.blockSize();
    for (int block = 0; block < blocks; block++) {
      int from = block * bytes;
      int to = block * size;
      switch (type) {
        case Q4_0 -> q4v0(in, from, out, to);
        case Q4_1 -> q4v1(in, from, out, to);
        case Q5_0 -> q5v0(in, from, out, to);
        case Q5_1 -> q5v1(in, from, out, to);
        case Q8_0 -> q8v0(in, from, out, to);
        case Q4_K -> q4k(in, from, out, to);
        case Q5_K -> q5k(in, from, out, to);
        case Q6_K -> q6k(in, from, out, to);
        default -> throw new IllegalArgumentException(type + " has no blocks");
      }
    }
  }

  /** {@code d, nibbles[16]}: (q − 8)·d; low nibbles are the first half. */
  private static void q4v0(byte[] in, int from, float[] out, int to) {
    float d = half(in, from);
    for (int i = 0; i < 16; i++) {
      int pair = in[from + 2 + i];
      out[to + i] = ((pair & 15) - 8) * d;
      out[to + 16 + i] = ((pair >> 4 & 15) - 8) * d;
    }
  }

  /** {@code d, m, nibbles[16]}: q·d + m. */
  private static void q4v1(byte[] in, int from, float[] out, int to) {
    float d = half(in, from);
    float m = half(in, from + 2);
    for (int i = 0; i < 16; i++) {
      int pair = in[from + 4 + i];
      out[to + i] = (pair & 15) * d + m;
      out[to + 16 + i] = (pair >> 4 & 15) * d + m;
    }
  }

  /** {@code d, high[4], nibbles[16]}: (q − 16)·d, bit i of high is the fifth bit of number i. */
  private static void q5v0(byte[] in, int from, float[] out, int to) {
    float d = half(in, from);
    int high = word(in, from + 2);
    for (int i = 0; i < 16; i++) {
      int pair = in[from + 6 + i];
      out[to + i] = ((pair & 15 | (high >> i & 1) << 4) - 16) * d;
      out[to + 16 + i] = ((pair >> 4 & 15 | (high >> i + 16 & 1) << 4) - 16) * d;
    }
  }

  /** {@code d, m, high[4], nibbles[16]}: q·d + m. */
  private static void q5v1(byte[] in, int from, float[] out, int to) {
    float d = half(in, from);
    float m = half(in, from + 2);
    int high = word(in, from + 4);
    for (int i = 0; i < 16; i++) {
      int pair = in[from + 8 + i];
      out[to + i] = (pair & 15 | (high >> i & 1) << 4) * d + m;
      out[to + 16 + i] = (pair >> 4 & 15 | (high >> i + 16 & 1) << 4) * d + m;
    }
  }

  /** {@code d, q[32]}: q·d with signed bytes. */
  private static void q8v0(byte[] in, int from, float[] out, int to) {
    float d = half(in, from);
    for (int i = 0; i < 32; i++) {
      out[to + i] = in[from + 2 + i] * d;
    }
  }

  /**
   * {@code d, dmin, scales[12], nibbles[128]}: d·s·q − dmin·m with a six-bit scale s and minimum m
   * for every 32 numbers. A run of 32 bytes holds two of these groups, in low and high nibbles.
   */
  private static void q4k(byte[] in, int from, float[] out, int to) {
    float d = half(in, from);
    float dmin = half(in, from + 2);
    for (int group = 0; group < 8; group++) {
      float scale = d * scale(in, from + 4, group);
      float minimum = dmin * minimum(in, from + 4, group);
      int nibbles = from + 16 + (group >> 1) * 32;
      int shift = (group & 1) * 4;
      int target = to + group * 32;
      for (int i = 0; i < 32; i++) {
        out[target + i] = scale * (in[nibbles + i] >> shift & 15) - minimum;
      }
    }
  }

  /** {@code d, dmin, scales[12], high[32], nibbles[128]}: as Q4_K; bit g of high[i] for group g. */
  private static void q5k(byte[] in, int from, float[] out, int to) {
    float d = half(in, from);
    float dmin = half(in, from + 2);
    int high = from + 16;
    for (int group = 0; group < 8; group++) {
      float scale = d * scale(in, from + 4, group);
      float minimum = dmin * minimum(in, from + 4, group);
      int nibbles = from + 48 + (group >> 1) * 32;
      int shift = (group & 1) * 4;
      int target = to + group * 32;
      for (int i = 0; i < 32; i++) {
        int q = in[nibbles + i] >> shift & 15 | (in[high + i] >> group & 1) << 4;
        out[target + i] = scale * q - minimum;
      }
    }
  }

  /**
   * {@code low[128], high[64], scales[16], d}: d·s·(q − 32) with four low and two high bits a
   * number and a signed scale for every 16.
   */
  private static void q6k(byte[] in, int from, float[] out, int to) {
    float d = half(in, from + 208);
    for (int group = 0; group < 8; group++) {
      // Group g of 32 numbers: half g/4 of the block; low nibbles of its first two groups, then
      // high nibbles of the same bytes; bits 2(g mod 4) of its 32 high bytes.
      int low = from + (group >> 2) * 64 + (group & 1) * 32;
      int lowShift = (group >> 1 & 1) * 4;
      int high = from + 128 + (group >> 2) * 32;
      int highShift = (group & 3) * 2;
      int target = to + group * 32;
      float first = d * in[from + 192 + group * 2];
      float second = d * in[from + 193 + group * 2];
      for (int i = 0; i < 16; i++) {
        int q = in[low + i] >> lowShift & 15 | (in[high + i] >> highShift & 3) << 4;
        out[target + i] = first * (q - 32);
      }
      for (int i = 16; i < 32; i++) {
        int q = in[low + i] >> lowShift & 15 | (in[high + i] >> highShift & 3) << 4;
        out[target + i] = second * (q - 32);
      }
    }
  }

  private static int scale(byte[] in, int scales, int group) {
    return group < 4
        ? in[scales + group] & 63
        : in[scales + group + 4] & 15 | (in[scales + group - 4] >> 6 & 3) << 4;
  }

  private static int minimum(byte[] in, int scales, int group) {
    return group < 4
        ? in[scales + group + 4] & 63
        : in[scales + group + 4] >> 4 & 15 | (in[scales + group] >> 6 & 3) << 4;
  }

  private static float half(byte[] in, int at) {
    return Float16.value(in[at] & 0xff | in[at + 1] << 8);
  }

  private static int word(byte[] in, int at) {
    return in[at] & 0xff | (in[at + 1] & 0xff) << 8 | (in[at + 2] & 0xff) << 16 | in[at + 3] << 24;
  }
}
