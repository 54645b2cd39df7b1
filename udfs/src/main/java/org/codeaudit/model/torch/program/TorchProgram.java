package org.codeaudit.model.torch.program;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Deque;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;

/**
 * A loaded TorchScript program whose methods can be called. Values go in as {@code long}, {@code
 * double}, {@code boolean}, {@code String}, {@code long[]} (a list), {@code double[]} (a list),
 * {@link Numbers}, {@link Floats} or {@link Bytes} (tensors). Everything native that a call makes
 * is freed when it returns.
 *
 * <p>Tensors of other types than int64, float32 and float64 never leave the program: DJL aborts the
 * JVM over a bfloat16 tensor.
 */
public final class TorchProgram implements ProgramCalls {

  /** An int64 tensor: its values row by row. */
  public record Numbers(long[] values, long... shape) {

    /** A tensor of one dimension. */
    public static Numbers of(long[] values) {
      return new Numbers(values, values.length);
    }
  }

  /**
   * A float32 tensor over a direct buffer of the machine's byte order, from position 0 on. The
   * program must copy what it keeps.
   */
  public record Floats(ByteBuffer values, long... shape) {

    /** A tensor of one dimension; copies the values. */
    public static Floats of(float[] values) {
      ByteBuffer bytes = ByteBuffer.allocateDirect(Float.BYTES * values.length);
      bytes.order(ByteOrder.nativeOrder()).asFloatBuffer().put(values);
      return new Floats(bytes, values.length);
    }
  }

  /** A uint8 tensor over a direct buffer, from position 0 on; as {@link Floats}. */
  public record Bytes(ByteBuffer values, long... shape) {}

  private final PtNDManager manager;
  private final PtSymbolBlock module;
  private final int threads;
  private final ScratchBuffers scratch = new ScratchBuffers();
  private Thread prepared;

  private TorchProgram(PtNDManager manager, PtSymbolBlock module, int threads) {
    this.manager = manager;
    this.module = module;
    this.threads = threads;
  }

  /**
   * Loads a program.
   *
   * @param archive a TorchScript archive
   * @param threads threads of one operation
   * @throws EngineException if libtorch does not accept the program
   * @throws AuditException if there is no libtorch
   */
  public static TorchProgram load(byte[] archive, int threads) {
    startEngine();
    PtNDManager manager = (PtNDManager) Engine.getEngine("PyTorch").newBaseManager(Device.cpu());
    try {
      PtSymbolBlock module =
          JniUtils.loadModule(manager, new ByteArrayInputStream(archive), true, false);
      return new TorchProgram(manager, module, threads);
    } catch (IOException e) {
      manager.close();
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  /** Nothing is fetched or reported behind a user's back, whatever the environment says. */
  private static void startEngine() {
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
    // read once, when the engine starts: a step is one thread's program, its operations fork
    System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
    System.setProperty("ai.djl.pytorch.graph_optimizer", "false");
    try {
      Engine.getEngine("PyTorch");
    } catch (EngineException | LinkageError e) {
      throw new AuditException(
          ErrorClass.LIBTORCH_UNAVAILABLE,
          "libtorch cannot be loaded",
          reasonOf(e),
          "On a CPU put pytorch-native-cpu 2.7.1 on the class path. On a GPU node set"
              + " PYTORCH_LIBRARY_PATH, PYTORCH_VERSION and PYTORCH_FLAVOR as docs/gpus.md says, and"
              + " see that NVIDIA's driver is there",
          e);
    }
  }

  private static String reasonOf(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    // all that DJL says where it finds none: it would have fetched one
    return "Offline mode is enabled.".equals(root.getMessage())
        ? "none is on the class path, and PYTORCH_LIBRARY_PATH names none"
        : root.toString();
  }

  @Override
  public long call(String method, Object... arguments) {
    try (Call call = new Call(method, arguments)) {
      return call.result.toLong();
    }
  }

  @Override
  public double callForDouble(String method, Object... arguments) {
    try (Call call = new Call(method, arguments)) {
      return call.result.toDouble();
    }
  }

  @Override
  public double[] callForDoubles(String method, Object... arguments) {
    try (Call call = new Call(method, arguments);
        PtNDArray tensor = call.result.toTensor(manager)) {
      check(tensor, DataType.FLOAT64);
      return tensor.toDoubleArray();
    }
  }

  @Override
  public float[] callForFloats(String method, Object... arguments) {
    try (Call call = new Call(method, arguments);
        PtNDArray tensor = call.result.toTensor(manager)) {
      check(tensor, DataType.FLOAT32);
      return tensor.toFloatArray();
    }
  }

  /**
   * DJL reports types it does not know, bfloat16 among them, as unknown and aborts on using them.
   */
  private static void check(PtNDArray tensor, DataType type) {
    if (tensor.getDataType() != type) {
      throw new IllegalStateException("a " + tensor.getDataType() + " tensor, not " + type);
    }
  }

  /** Frees the module and every tensor it holds. */
  @Override
  public void close() {
    module.close();
    manager.close();
  }

  /** libtorch keeps these two settings per thread. */
  private void prepareThread() {
    if (prepared != Thread.currentThread()) {
      JniUtils.setGraphExecutorOptimize(false); // it would specialise on every new shape
      JniUtils.setNumThreads(threads);
      prepared = Thread.currentThread();
    }
  }

  /** One call and everything native it made. */
  private final class Call implements AutoCloseable {
    private final Deque<AutoCloseable> resources = new ArrayDeque<>();
    private final IValue result;

    Call(String method, Object... arguments) {
      prepareThread();
      scratch.reset();
      try {
        IValue[] values = new IValue[arguments.length];
        for (int i = 0; i < arguments.length; i++) {
          values[i] = keep(value(arguments[i]));
        }
        result = keep(IValueUtils.runMethod(module, method, values));
      } catch (RuntimeException e) {
        close();
        throw e;
      }
    }

    private IValue value(Object argument) {
      if (argument instanceof Long number) {
        return IValue.from(number);
      } else if (argument instanceof Integer number) {
        return IValue.from(number.longValue());
      } else if (argument instanceof Double number) {
        return IValue.from(number);
      } else if (argument instanceof Boolean flag) {
        return IValue.from(flag);
      } else if (argument instanceof String text) {
        return IValue.from(text);
      } else if (argument instanceof long[] list) {
        return IValue.listFrom(list);
      } else if (argument instanceof double[] list) {
        return IValue.listFrom(list);
      } else if (argument instanceof Numbers tensor) {
        return tensor(scratch.copy(tensor.values()), DataType.INT64, tensor.shape());
      } else if (argument instanceof Floats tensor) {
        return tensor(tensor.values(), DataType.FLOAT32, tensor.shape());
      }
      if (argument instanceof Bytes tensor) {
        return tensor(tensor.values(), DataType.UINT8, tensor.shape());
      }
      throw new IllegalArgumentException("no native form for " + argument.getClass());
    }

    private IValue tensor(ByteBuffer values, DataType type, long... shape) {
      return IValue.from(keep(manager.create(values, new Shape(shape), type)));
    }

    private <T extends AutoCloseable> T keep(T resource) {
      resources.push(resource);
      return resource;
    }

    @Override
    public void close() {
      for (AutoCloseable resource : resources) {
        if (resource instanceof IValue value) {
          value.close();
        } else if (resource instanceof PtNDArray tensor) {
          tensor.close();
        }
      }
    }
  }

  /** Direct memory that calls use again, so that a step allocates none. */
  private static final class ScratchBuffers {
    private static final int ALIGNMENT = Long.BYTES;
    private ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 16).order(ByteOrder.nativeOrder());

    void reset() {
      buffer.clear();
    }

    /**
     * A slice that holds the numbers until the next reset; alone if the buffer is too small now.
     */
    ByteBuffer copy(long[] values) {
      int bytes = Math.multiplyExact(values.length, ALIGNMENT);
      if (bytes > buffer.remaining()) {
        // slices handed out before keep the old buffer alive
        buffer = ByteBuffer.allocateDirect(Math.max(bytes, 2 * buffer.capacity()));
        buffer.order(ByteOrder.nativeOrder());
      }
      buffer.limit(buffer.position() + bytes);
      ByteBuffer slice = buffer.slice().order(ByteOrder.nativeOrder());
      buffer.position(buffer.limit()).limit(buffer.capacity());
      slice.asLongBuffer().put(values);
      return slice;
    }
  }
}
