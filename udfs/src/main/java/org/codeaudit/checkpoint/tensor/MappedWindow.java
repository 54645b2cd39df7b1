package org.codeaudit.checkpoint.tensor;

import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Optional;
import org.codeaudit.checkpoint.file.CheckpointErrors;

/**
 * A stretch of a file in memory, at most 2 GiB, until it is closed.
 *
 * <p>The channel is opened for each window, because an interrupted thread closes the channel it
 * uses for everyone. Closing unmaps at once through {@code Unsafe.invokeCleaner}, the only way Java
 * 17 has; where that is missing the garbage collector unmaps later.
 */
public final class MappedWindow implements AutoCloseable {
  private static final Optional<MethodHandle> UNMAP = unmap();

  private final MappedByteBuffer bytes;

  public MappedWindow(Path file, long offset, long length) {
    if (length > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(length + " bytes do not fit one window of " + file);
    }
    try (FileChannel channel = FileChannel.open(file)) {
      long size = channel.size();
      if (offset + length > size) {
        throw CheckpointErrors.truncated(
            file, "It has become shorter since it was opened: it now has " + size + " bytes");
      }
      bytes = channel.map(FileChannel.MapMode.READ_ONLY, offset, length);
    } catch (IOException e) {
      throw CheckpointErrors.unreadable(file, e);
    }
  }

  /** The whole of a stored tensor of at most 2 GiB. */
  public static MappedWindow of(TensorInfo tensor) {
    return new MappedWindow(tensor.file(), tensor.offset(), tensor.bytes());
  }

  /** The bytes, little-endian. Must not be used after {@link #close()}. */
  public ByteBuffer bytes() {
    return bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Whether the system holds all of it in memory, as far as can be known. */
  boolean inMemory() {
    return bytes.isLoaded();
  }

  @Override
  public void close() {
    UNMAP.ifPresent(
        handle -> {
          try {
            handle.invoke((ByteBuffer) bytes);
          } catch (Throwable e) {
            throw new IllegalStateException("A mapped file could not be unmapped", e);
          }
        });
  }

  private static Optional<MethodHandle> unmap() {
    try {
      Class<?> unsafe = Class.forName("sun.misc.Unsafe");
      Field instance = unsafe.getDeclaredField("theUnsafe");
      instance.setAccessible(true);
      MethodType type = MethodType.methodType(void.class, ByteBuffer.class);
      MethodHandle cleaner = MethodHandles.lookup().findVirtual(unsafe, "invokeCleaner", type);
      return Optional.of(cleaner.bindTo(instance.get(null)));
    } catch (ReflectiveOperationException | RuntimeException e) {
      return Optional.empty();
    }
  }
}
