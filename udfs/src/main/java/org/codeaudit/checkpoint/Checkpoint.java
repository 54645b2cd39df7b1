package org.codeaudit.checkpoint;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedMap;
import org.codeaudit.checkpoint.config.GenerationDefaults;
import org.codeaudit.checkpoint.config.ModelConfig;
import org.codeaudit.checkpoint.config.QuantizationSettings;
import org.codeaudit.checkpoint.config.TokenizerFiles;
import org.codeaudit.checkpoint.quantized.QuantizedMatrix;
import org.codeaudit.checkpoint.tensor.TensorInfo;

/**
 * A checkpoint that has been opened and checked: a Hugging Face folder or a GGUF file. Opening maps
 * headers only; tensors are mapped or read when they are asked for.
 */
public interface Checkpoint extends AutoCloseable {

  /** The folder or file it was opened from. */
  Path path();

  /** {@code safetensors} or {@code gguf}. */
  String format();

  ModelConfig config();

  /** Every tensor by its Hugging Face name. */
  SortedMap<String, TensorInfo> tensors();

  /** The tokenizer; throws {@code AuditException} where the checkpoint has none. */
  TokenizerFiles tokenizer();

  GenerationDefaults generationDefaults();

  /**
   * A hash that changes when the model does: SHA-256 over the configuration, the tokenizer and the
   * tensor headers with the sizes of their files (not over the weights), 64 hexadecimal digits; or
   * the commit the checkpoint was fetched at.
   */
  String revision();

  /**
   * Decodes rows of a tensor to 32-bit floats, in Hugging Face row order. A one-dimensional tensor
   * has one number a row.
   *
   * @param tensor one of {@link #tensors()}
   * @param firstRow index along the first dimension
   * @param rows how many of them
   * @param destination takes {@code rows * elements / shape[0]} numbers from its position on, which
   *     moves
   */
  void read(TensorInfo tensor, long firstRow, long rows, FloatBuffer destination);

  /**
   * A matrix as it was quantised; empty if it is stored as numbers. {@link #read} gives the same
   * matrix dequantised.
   *
   * @param tensor one of {@link #tensors()}; its name and shape are those of the plain matrix
   */
  Optional<QuantizedMatrix> quantized(TensorInfo tensor);

  /** How its matrices were quantised before they were stored, as its configuration says. */
  default Optional<QuantizationSettings> quantization() {
    return Optional.empty();
  }

  /** Unmaps the files. Tensors a model has mapped itself are not touched. */
  @Override
  void close();
}
