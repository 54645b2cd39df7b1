package org.codeaudit.job.source.patch;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.codeaudit.job.source.skip.SourceText;

/**
 * The lines of a patch file, split at {@code \n} and without it. Each line is decoded by itself, as
 * the files of a patch may have different encodings: UTF-8 if valid, else ISO-8859-1; UTF-16 if the
 * file begins with its mark. A line longer than the limit is cut just behind it, which makes its
 * file longer than the limit too.
 */
public final class PatchLines implements Iterator<String> {
  private static final int BUFFER = 1 << 16;

  private final InputStream in;
  private final long maxBytes;
  private final byte[] buffer = new byte[BUFFER];
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private int position;
  private int limit;

  /**
   * @param in closed by the caller
   */
  public PatchLines(InputStream in, long maxLineCharacters) {
    this.in = recoded(in);
    // Longest UTF-8 form of a character, and one more byte to be over the limit.
    this.maxBytes = Math.min(Integer.MAX_VALUE / 2, 4 * maxLineCharacters + 4);
  }

  /** UTF-16 is turned into UTF-8 so that lines can be found in bytes; a mark is dropped. */
  private static InputStream recoded(InputStream raw) {
    try {
      byte[] mark = raw.readNBytes(3);
      Optional<Charset> utf16 = SourceText.byteOrderMark(mark);
      if (utf16.isPresent()) {
        InputStream rest =
            new SequenceInputStream(new ByteArrayInputStream(mark, 2, mark.length - 2), raw);
        return new RecodedStream(rest, utf16.get());
      }
      boolean utf8 = Arrays.equals(mark, new byte[] {(byte) 0xef, (byte) 0xbb, (byte) 0xbf});
      return utf8 ? raw : new SequenceInputStream(new ByteArrayInputStream(mark), raw);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  @Override
  public boolean hasNext() {
    return position < limit || fill();
  }

  @Override
  public String next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    line.reset();
    do {
      int end = position;
      while (end < limit && buffer[end] != '\n') {
        end++;
      }
      int room = (int) Math.max(0, maxBytes - line.size());
      line.write(buffer, position, Math.min(end - position, room));
      position = end + 1;
      if (end < limit) {
        return SourceText.decodeLine(line.toByteArray());
      }
    } while (fill());
    return SourceText.decodeLine(line.toByteArray());
  }

  private boolean fill() {
    try {
      position = 0;
      limit = Math.max(0, in.read(buffer));
      return limit > 0;
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
