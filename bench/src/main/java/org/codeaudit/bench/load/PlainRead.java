package org.codeaudit.bench.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.codeaudit.bench.measure.Stopwatch;

/**
 * Reading files from the first byte to the last, one after the other, in one thread: what loading
 * is compared with.
 *
 * @param bytes read
 * @param seconds it took
 */
record PlainRead(long bytes, double seconds) {
  private static final int BLOCK = 4 << 20;

  static PlainRead of(Collection<Path> files) throws IOException {
    ByteBuffer block = ByteBuffer.allocateDirect(BLOCK);
    Stopwatch watch = new Stopwatch();
    long bytes = 0;
    for (Path file : files) {
      try (FileChannel channel = FileChannel.open(file)) {
        for (int read = 0; read >= 0; read = channel.read(block.clear())) {
          bytes += read;
        }
      }
    }
    return new PlainRead(bytes, watch.seconds());
  }

  /** The one that took the median time; empty if there is none. */
  static Optional<PlainRead> median(List<PlainRead> reads) {
    return reads.stream()
        .sorted(Comparator.comparingDouble(PlainRead::seconds))
        .skip(reads.size() / 2)
        .findFirst();
  }

  double gigabytesPerSecond() {
    return bytes / seconds / 1e9;
  }

  /** The seconds that so many bytes take at this speed. */
  double secondsFor(long count) {
    return seconds * count / bytes;
  }
}
