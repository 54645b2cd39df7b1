package org.codeaudit.bench.throughput;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.codeaudit.job.console.FigureFiles;
import org.codeaudit.model.torch.machine.Floors;

/**
 * What the model alone does, without an engine: prompts, or answers of sequences side by side.
 *
 * @param phase {@code prefill} or {@code decode}
 * @param context positions that each sequence holds
 * @param sequences side by side
 * @param tokens that were computed
 * @param seconds it took, in the best of several turns
 * @param steps it took
 * @param weightBytes that these steps read, each weight once a step
 * @param operations on weights that these steps made
 */
record RawPhase(
    String phase,
    int context,
    int sequences,
    long tokens,
    double seconds,
    int steps,
    long weightBytes,
    double operations) {
  static final String PREFILL = "prefill";
  static final String DECODE = "decode";

  /** The same under the name of another context. */
  RawPhase at(int named) {
    return new RawPhase(phase, named, sequences, tokens, seconds, steps, weightBytes, operations);
  }

  double tokensPerSecond() {
    return tokens / seconds;
  }

  double millisPerStep() {
    return 1000 * seconds / steps;
  }

  /** The part of the machine's reads that the weights take. */
  double shareOfReads(Floors floors) {
    return weightBytes / seconds / floors.readBytes();
  }

  /** The part of the machine's products of 32-bit floats that the weights take. */
  double shareOfOperations(Floors floors) {
    return operations / seconds / floors.operations();
  }

  ObjectNode json(Floors floors) {
    return FigureFiles.JSON
        .createObjectNode()
        .put("phase", phase)
        .put("context", context)
        .put("sequences", sequences)
        .put("tokens_per_second", tokensPerSecond())
        .put("step_seconds", seconds / steps)
        .put("weight_bytes_per_step", weightBytes / steps)
        .put("operations_per_step", operations / steps)
        .put("share_of_read_bandwidth", shareOfReads(floors))
        .put("share_of_f32_gemm", shareOfOperations(floors));
  }
}
