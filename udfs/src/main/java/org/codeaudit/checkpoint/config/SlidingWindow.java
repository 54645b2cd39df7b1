package org.codeaudit.checkpoint.config;

import java.nio.file.Path;
import org.codeaudit.checkpoint.file.CheckpointErrors;

/**
 * Sliding window attention, which leaves out the positions before a window. No kernel here does
 * that; within the window nothing is left out, so it makes a difference only to longer contexts.
 */
public final class SlidingWindow {
  private SlidingWindow() {}

  /**
   * Refuses a window that a context may be longer than.
   *
   * @param file that says so
   * @param window positions a token attends to, its own included
   */
  public static void check(Path file, int window, ModelConfig config) {
    if (window < config.contextLength()) {
      throw CheckpointErrors.unsupported(
          file,
          "It needs sliding window attention (sliding_window "
              + window
              + " within a context of "
              + config.contextLength()
              + "), which is not supported",
          "Use a checkpoint of the model without it, or a copy whose context (max_position_embeddings) is"
              + " no longer than the window: there both are the same");
    }
  }
}
