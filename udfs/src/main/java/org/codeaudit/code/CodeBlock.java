package org.codeaudit.code;

import java.util.Optional;

/**
 * A fenced block of code in an answer.
 *
 * @param language a name as {@link org.codeaudit.change.Languages} has it, where the fence or the
 *     file's name tells it; else the first word behind the fence, lower-case
 * @param file the path that the answer gives the block
 * @param code the lines between the fences, joined by line feeds, the fence's indentation removed
 * @param fence what opened it, e.g. three backticks
 * @param closed whether there was a closing fence
 */
public record CodeBlock(
    Optional<String> language, Optional<String> file, String code, String fence, boolean closed) {

  /** How many lines it has; none if it is empty. */
  public int lines() {
    return (int) code.lines().count();
  }
}
