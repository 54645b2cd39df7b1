package org.codeaudit.model.torch.pack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** Lays out a matrix of codes, stripe by stripe, with several threads. */
final class CodePacker {
  /** Columns that are transposed into lines at a time, so that they stay in a core's cache. */
  private static final int TILE = 64;

  private static final byte[] LINE_END_4 = {0, 0x3c, 0, (byte) 0xc8}; // float16: 1 and -8
  private static final byte[] LINE_END_8 = {0, 0, (byte) 0x80, 0x3f, 0, 0, 0, (byte) 0xc3};

  /** Takes bytes of the layout. */
  @FunctionalInterface
  interface Sink {
    void write(long offset, ByteBuffer bytes) throws IOException;
  }

  private final CodeShape shape;
  private final List<? extends RowSource> sources;
  private final Optional<int[]> order;
  private final Sink sink;

  /**
   * @param sources of the rows, in order; with NormalFloats, all but the last end with a whole
   *     block
   * @param order of the columns, if the shape is ordered
   */
  CodePacker(CodeShape shape, List<? extends RowSource> sources, Optional<int[]> order, Sink sink) {
    this.shape = shape;
    this.sources = sources;
    this.order = order;
    this.sink = sink;
  }

  /** Returns when all is written. */
  void pack() throws IOException {
    AtomicInteger next = new AtomicInteger();
    int workers = Math.min(Runtime.getRuntime().availableProcessors(), shape.stripes());
    try {
      IntStream.range(0, workers).parallel().forEach(worker -> work(next));
      if (order.isPresent()) {
        ByteBuffer columns = littleEndian(4 * shape.columns());
        Arrays.stream(order.get()).forEach(columns::putFloat); // exact up to 2^24
        sink.write(shape.orderAt(), columns.flip());
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private void work(AtomicInteger next) {
    Stripe stripe = new Stripe(shape);
    byte[] codes = new byte[Math.toIntExact(shape.stripeBytes())];
    if (!shape.normalFloats()) {
      endLines(codes);
    }
    ByteBuffer floats = littleEndian(4 * stripe.scales.length);
    for (int i = next.getAndIncrement(); i < shape.stripes(); i = next.getAndIncrement()) {
      stripe.clear(shape);
      read(i * CodeShape.STRIPE, stripe);
      try {
        if (shape.normalFloats()) {
          writeBlocks(i, stripe, codes, floats);
        } else {
          writeLines(i, stripe, codes, floats);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The factor and the offset at the end of a line. */
  private void endLines(byte[] codes) {
    byte[] end = shape.bits() == 4 ? LINE_END_4 : LINE_END_8;
    for (int at = shape.lineBytes(); at <= codes.length; at += shape.lineBytes()) {
      System.arraycopy(end, 0, codes, at - end.length, end.length);
    }
  }

  private void read(int firstRow, Stripe stripe) {
    int end = Math.min(firstRow + CodeShape.STRIPE, shape.rows());
    int begin = 0; // of the source
    for (RowSource source : sources) {
      int from = Math.max(firstRow, begin);
      int to = Math.min(end, begin + source.rows());
      if (from < to) {
        source.read(from - begin, to - from, stripe, from - firstRow);
      }
      begin += source.rows();
    }
  }

  private void writeLines(int index, Stripe stripe, byte[] codes, ByteBuffer floats)
      throws IOException {
    for (int first = 0; first < shape.lines(); first += TILE) {
      int end = Math.min(first + TILE, shape.lines());
      if (shape.bits() == 4) {
        turnPairs(stripe, codes, first, end);
      } else {
        turn(stripe, codes, first, end);
      }
    }
    sink.write(index * shape.stripeBytes(), ByteBuffer.wrap(codes));
    long at = 4 * index * shape.stripeScales();
    int groups = shape.groups();
    floats.clear();
    for (int group = 0; group < groups; group++) {
      for (int row = 0; row < CodeShape.STRIPE; row++) {
        floats.putFloat(stripe.scales[row * groups + group]);
      }
    }
    sink.write(shape.scalesAt() + at, floats.flip());
    if (shape.offsets()) {
      floats.clear();
      for (int group = 0; group < groups; group++) {
        for (int row = 0; row < CodeShape.STRIPE; row++) {
          int i = row * groups + group;
          floats.putFloat((shape.middle() - stripe.zeros[i]) * stripe.scales[i]);
        }
      }
      sink.write(shape.offsetsAt() + at, floats.flip());
    }
  }

  private void turn(Stripe stripe, byte[] codes, int first, int end) {
    int bytes = shape.lineBytes();
    for (int row = 0; row < CodeShape.STRIPE; row++) {
      int from = row * stripe.width;
      for (int column = first; column < end; column++) {
        codes[column * bytes + row] = stripe.codes[from + column];
      }
    }
  }

  private void turnPairs(Stripe stripe, byte[] codes, int first, int end) {
    int bytes = shape.lineBytes();
    for (int row = 0; row < CodeShape.STRIPE; row += 2) {
      int from = row * stripe.width;
      int other = from + stripe.width;
      for (int column = first; column < end; column++) {
        codes[column * bytes + row / 2] =
            (byte) (stripe.codes[from + column] | stripe.codes[other + column] << 4);
      }
    }
  }

  private void writeBlocks(int index, Stripe stripe, byte[] codes, ByteBuffer floats)
      throws IOException {
    long firstScale = index * shape.stripeScales();
    int scales = (int) Math.min(shape.stripeScales(), shape.scales() - firstScale);
    int bytes = scales * (shape.group() / 2);
    for (int i = 0; i < bytes; i++) {
      codes[i] = (byte) (stripe.codes[2 * i] << 4 | stripe.codes[2 * i + 1]);
    }
    sink.write(index * shape.stripeBytes(), ByteBuffer.wrap(codes, 0, bytes));
    floats.clear();
    for (int i = 0; i < scales; i++) {
      floats.putFloat(stripe.scales[i]);
    }
    sink.write(shape.scalesAt() + 4 * firstScale, floats.flip());
  }
}
