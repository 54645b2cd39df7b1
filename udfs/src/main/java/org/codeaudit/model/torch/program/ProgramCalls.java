package org.codeaudit.model.torch.program;

/**
 * A program whose methods can be called: {@link TorchProgram} has libtorch run them. What arguments
 * there are is said there.
 */
public interface ProgramCalls extends AutoCloseable {
  /** Calls a method that returns an int64. */
  long call(String method, Object... arguments);

  /** Calls a method that returns a float. */
  double callForDouble(String method, Object... arguments);

  /** Calls a method that returns a float64 tensor; its values row by row. */
  double[] callForDoubles(String method, Object... arguments);

  /** Calls a method that returns a float32 tensor; its values row by row. */
  float[] callForFloats(String method, Object... arguments);

  @Override
  void close();
}
