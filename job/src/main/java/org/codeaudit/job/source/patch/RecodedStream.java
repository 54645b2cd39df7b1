package org.codeaudit.job.source.patch;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** A text's bytes in UTF-8, whatever its own encoding is. */
final class RecodedStream extends InputStream {
  private static final int CHARACTERS = 1 << 14;

  private final Reader reader;
  private final char[] characters = new char[CHARACTERS];
  private byte[] bytes = new byte[0];
  private int position;

  RecodedStream(InputStream in, Charset charset) {
    this.reader = new InputStreamReader(in, charset);
  }

  @Override
  public int read() throws IOException {
    return fill() ? bytes[position++] & 0xff : -1;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (!fill()) {
      return -1;
    }
    int count = Math.min(length, bytes.length - position);
    System.arraycopy(bytes, position, target, offset, count);
    position += count;
    return count;
  }

  private boolean fill() throws IOException {
    if (position < bytes.length) {
      return true;
    }
    int count = reader.read(characters, 0, CHARACTERS - 1);
    if (count > 0 && Character.isHighSurrogate(characters[count - 1])) {
      // Both halves of a pair must be encoded together.
      int half = reader.read();
      if (half >= 0) {
        characters[count++] = (char) half;
      }
    }
    bytes =
        count <= 0
            ? new byte[0]
            : new String(characters, 0, count).getBytes(StandardCharsets.UTF_8);
    position = 0;
    return bytes.length > 0;
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
