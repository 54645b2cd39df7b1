package org.codeaudit.checkpoint.quantized;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.codeaudit.checkpoint.file.CheckpointErrors;
import org.codeaudit.checkpoint.file.JsonDocument;
import org.codeaudit.checkpoint.tensor.MappedWindow;
import org.codeaudit.checkpoint.tensor.TensorInfo;

/**
 * What bitsandbytes stores beside a matrix in NF4, as JSON in a tensor of bytes.
 *
 * @param type the 4-bit type, {@code nf4}
 * @param blockSize numbers that share a scale
 * @param shape of the matrix
 * @param nestedBlockSize scales that share a scale of their own; 0 without double quantisation
 * @param offset what is added to doubly quantised scales
 */
record NormalFloatState(
    String type, int blockSize, List<Long> shape, int nestedBlockSize, float offset) {

  /**
   * Reads it; empty if the tensor ends in a zero, as in the outline of a model, whose weights are
   * holes.
   */
  static Optional<NormalFloatState> read(TensorInfo tensor) {
    byte[] bytes = new byte[Math.toIntExact(tensor.bytes())];
    try (MappedWindow window = MappedWindow.of(tensor)) {
      window.bytes().get(bytes);
    }
    boolean hole = bytes.length == 0 || bytes[bytes.length - 1] == 0;
    return hole ? Optional.empty() : Optional.of(parse(tensor, bytes));
  }

  private static NormalFloatState parse(TensorInfo tensor, byte[] bytes) {
    try {
      JsonNode node = JsonDocument.JSON.readTree(bytes);
      JsonDocument json = new JsonDocument(tensor.file(), tensor.name() + ".", node);
      List<Long> shape = new ArrayList<>();
      node.path("shape").forEach(size -> shape.add(size.asLong()));
      return new NormalFloatState(
          json.text("quant_type").orElse("(none)"),
          json.requiredInteger("blocksize"),
          shape,
          json.integer("nested_blocksize").orElse(0),
          (float) json.number("nested_offset").orElse(0));
    } catch (IOException e) {
      throw CheckpointErrors.quantizationMismatch(
          tensor.file(), tensor.name() + " is not valid JSON");
    }
  }
}
