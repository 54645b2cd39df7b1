package org.codeaudit.checkpoint.tensor;

/** IEEE 754 half precision to single precision, by a table of all 65,536 values (256 KiB). */
public final class Float16 {
  private static final float[] VALUES = new float[1 << 16];

  static {
    for (int bits = 0; bits < VALUES.length; bits++) {
      VALUES[bits] = compute(bits);
    }
  }

  private Float16() {}

  /** The value of a half given by the low 16 bits. */
  public static float value(int bits) {
    return VALUES[bits & 0xffff];
  }

  static void decode(short[] halves, float[] values, int count) {
    for (int i = 0; i < count; i++) {
      values[i] = VALUES[halves[i] & 0xffff];
    }
  }

  private static float compute(int bits) {
    int sign = (bits & 0x8000) << 16;
    int exponent = (bits >> 10) & 0x1f;
    int fraction = bits & 0x3ff;
    if (exponent == 0) {
      float magnitude = fraction * 0x1p-24f;
      return sign == 0 ? magnitude : -magnitude;
    }
    int wideExponent = exponent == 0x1f ? 0xff : exponent + 127 - 15;
    return Float.intBitsToFloat(sign | wideExponent << 23 | fraction << 13);
  }
}
