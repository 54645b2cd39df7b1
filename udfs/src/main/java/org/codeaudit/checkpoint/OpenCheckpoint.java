package org.codeaudit.checkpoint;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Supplier;
import org.codeaudit.checkpoint.config.GenerationDefaults;
import org.codeaudit.checkpoint.config.ModelConfig;
import org.codeaudit.checkpoint.config.QuantizationSettings;
import org.codeaudit.checkpoint.config.TokenizerFiles;
import org.codeaudit.checkpoint.quantized.BlockMatrix;
import org.codeaudit.checkpoint.quantized.ComposedMatrix;
import org.codeaudit.checkpoint.quantized.QuantizedMatrix;
import org.codeaudit.checkpoint.quantized.QuantizedTensors;
import org.codeaudit.checkpoint.tensor.TensorInfo;
import org.codeaudit.checkpoint.tensor.TensorReader;

/**
 * A checkpoint whose headers have been read and checked. It holds no file open: every read maps the
 * rows it needs and unmaps them before it returns, so closing only ends its use.
 */
final class OpenCheckpoint implements Checkpoint {
  private final Path path;
  private final String format;
  private final ModelConfig config;
  private final SortedMap<String, TensorInfo> tensors;
  private final QuantizedTensors quantized;
  private final Supplier<TokenizerFiles> tokenizer;
  private final GenerationDefaults generationDefaults;
  private final Supplier<String> revision;
  private String knownRevision;
  private volatile boolean closed;

  OpenCheckpoint(
      Path path,
      String format,
      ModelConfig config,
      SortedMap<String, TensorInfo> tensors,
      Supplier<TokenizerFiles> tokenizer,
      GenerationDefaults generationDefaults,
      Supplier<String> revision) {
    this(
        path,
        format,
        config,
        tensors,
        QuantizedTensors.none(tensors),
        tokenizer,
        generationDefaults,
        revision);
  }

  OpenCheckpoint(
      Path path,
      String format,
      ModelConfig config,
      SortedMap<String, TensorInfo> tensors,
      QuantizedTensors quantized,
      Supplier<TokenizerFiles> tokenizer,
      GenerationDefaults generationDefaults,
      Supplier<String> revision) {
    this.path = path;
    this.format = format;
    this.config = config;
    this.tensors = Collections.unmodifiableSortedMap(tensors);
    this.quantized = quantized;
    this.tokenizer = tokenizer;
    this.generationDefaults = generationDefaults;
    this.revision = revision;
  }

  synchronized OpenCheckpoint known(String betterRevision) {
    knownRevision = betterRevision;
    return this;
  }

  @Override
  public Path path() {
    return path;
  }

  @Override
  public String format() {
    return format;
  }

  @Override
  public ModelConfig config() {
    return config;
  }

  @Override
  public SortedMap<String, TensorInfo> tensors() {
    return tensors;
  }

  @Override
  public TokenizerFiles tokenizer() {
    return tokenizer.get();
  }

  @Override
  public GenerationDefaults generationDefaults() {
    return generationDefaults;
  }

  @Override
  public synchronized String revision() {
    if (knownRevision == null) {
      knownRevision = revision.get();
    }
    return knownRevision;
  }

  @Override
  public void read(TensorInfo tensor, long firstRow, long rows, FloatBuffer destination) {
    check(tensor);
    TensorReader.check(tensor, firstRow, rows, destination);
    ComposedMatrix matrix = quantized.matrices().get(tensor.name());
    if (matrix != null) {
      matrix.read(firstRow, rows, destination);
    } else {
      new TensorReader(tensor, config.headSize()).read(firstRow, rows, destination);
    }
  }

  @Override
  public Optional<QuantizedMatrix> quantized(TensorInfo tensor) {
    check(tensor);
    ComposedMatrix matrix = quantized.matrices().get(tensor.name());
    return matrix != null
        ? Optional.of(matrix.quantized())
        : BlockMatrix.quantized(tensor, config.headSize());
  }

  @Override
  public Optional<QuantizationSettings> quantization() {
    return quantized.settings();
  }

  private void check(TensorInfo tensor) {
    if (closed) {
      throw new IllegalStateException("The checkpoint " + path + " has been closed");
    }
    if (!tensor.equals(tensors.get(tensor.name()))) {
      throw new IllegalArgumentException(tensor.name() + " is not of the checkpoint " + path);
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}
