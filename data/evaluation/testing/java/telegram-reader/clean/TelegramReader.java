package no.heatpumps.bus;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Splits what the field bus delivered into telegrams. A telegram is a start byte, a byte with the
 * length of its data, the data, and the sum of the data's bytes.
 */
public final class TelegramReader {
  private static final byte START = 0x68;
  private static final int FRAME = 3;

  private int damaged;

  /** The whole telegrams in the bytes; a cut one at the end is left out. */
  public List<byte[]> read(byte[] bytes) {
    List<byte[]> telegrams = new ArrayList<>();
    int position = 0;
    while (position + FRAME <= bytes.length) {
      if (bytes[position] != START) {
        position++;
        continue;
      }
      int length = Byte.toUnsignedInt(bytes[position + 1]);
      int end = position + FRAME + length;
      if (end > bytes.length) {
        break;
      }
      byte[] data = Arrays.copyOfRange(bytes, position + 2, end - 1);
      if (sum(data) != bytes[end - 1]) {
        damaged++;
        position++;
        continue;
      }
      telegrams.add(data);
      position = end;
    }
    return telegrams;
  }

  /** How many telegrams so far had a wrong sum. */
  public int damaged() {
    return damaged;
  }

  private static byte sum(byte[] data) {
    int sum = 0;
    for (byte value : data) {
      sum += value;
    }
    return (byte) sum;
  }
}
