package org.codeaudit.finding;

import java.util.Optional;

/**
 * A fenced block of code in an answer.
 *
 * @param language first word of the fence's info string, lower-case
 * @param code the lines between the fences, joined by line feeds, the fence's indentation removed
 * @param closed whether there was a closing fence
 */
public record CodeBlock(Optional<String> language, String code, boolean closed) {}
