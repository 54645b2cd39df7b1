package org.codeaudit.bench.gpu;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.codeaudit.job.console.FigureFiles;
import org.codeaudit.model.torch.program.ProgramCalls;
import org.codeaudit.model.torch.program.TorchProgram.Bytes;
import org.codeaudit.model.torch.program.TorchProgram.Floats;

/**
 * Writes down the calls that load a decoder, in {@code calls.jsonl}: an array a line, the method,
 * then its arguments. Files of the checkpoint are named from its folder. A tensor is an object of
 * its {@code type}, its {@code shape} and where it lies in {@code tensors.bin}.
 */
final class CallRecorder implements ProgramCalls {
  private final Path checkpoint;
  private final BufferedWriter calls;
  private final FileChannel tensors;
  private long files;

  /**
   * @param folder exists, and gets the two files
   * @param checkpoint the folder of the model that is loaded
   */
  CallRecorder(Path folder, Path checkpoint) throws IOException {
    this.checkpoint = checkpoint.toAbsolutePath();
    calls = Files.newBufferedWriter(folder.resolve("calls.jsonl"));
    tensors =
        FileChannel.open(
            folder.resolve("tensors.bin"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  /** Answers as a decoder does as far as loading asks: the number of the file that was mapped. */
  @Override
  public long call(String method, Object... arguments) {
    write(method, arguments);
    return method.equals("map_file") ? files++ : 0;
  }

  /** Errors and magnitudes: there are none. */
  @Override
  public double callForDouble(String method, Object... arguments) {
    write(method, arguments);
    return 0;
  }

  @Override
  public double[] callForDoubles(String method, Object... arguments) {
    throw new UnsupportedOperationException(method + " loads nothing");
  }

  @Override
  public float[] callForFloats(String method, Object... arguments) {
    throw new UnsupportedOperationException(method + " loads nothing");
  }

  private void write(String method, Object... arguments) {
    try {
      ArrayNode line = FigureFiles.JSON.createArrayNode().add(method);
      for (Object argument : arguments) {
        if (argument instanceof Floats floats) {
          line.add(tensor("float32", Float.BYTES, floats.values(), floats.shape()));
        } else if (argument instanceof Bytes bytes) {
          line.add(tensor("uint8", Byte.BYTES, bytes.values(), bytes.shape()));
        } else if (argument instanceof String text && method.equals("map_file")) {
          line.add(checkpoint.relativize(Path.of(text)).toString());
        } else {
          line.addPOJO(argument);
        }
      }
      calls.write(FigureFiles.JSON.writeValueAsString(line));
      calls.newLine();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ObjectNode tensor(String type, int width, ByteBuffer values, long[] shape)
      throws IOException {
    // aligned for every type
    long begin = (tensors.position() + Long.BYTES - 1) / Long.BYTES * Long.BYTES;
    long count = Arrays.stream(shape).reduce(1, Math::multiplyExact);
    ByteBuffer bytes = values.duplicate().position(0).limit(Math.toIntExact(count * width));
    tensors.position(begin);
    while (bytes.hasRemaining()) {
      tensors.write(bytes);
    }
    ObjectNode written = FigureFiles.JSON.createObjectNode().put("type", type);
    Arrays.stream(shape).forEach(written.putArray("shape")::add);
    return written.put("at", begin);
  }

  @Override
  public void close() {
    try {
      calls.close();
      tensors.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
