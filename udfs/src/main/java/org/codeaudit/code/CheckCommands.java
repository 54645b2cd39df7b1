package org.codeaudit.code;

import java.io.Serializable;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What the user's own commands are asked about blocks of code. A command is run by {@code sh}, with
 * the block's file as its first argument; exit code 0 means that the code passed.
 *
 * @param byLanguage commands by names of languages; {@value #ANY} for what has no other
 * @param time after which a command is killed, with all processes it began
 * @param memoryBytes resident memory of all of them, above which they are killed
 */
public record CheckCommands(Map<String, String> byLanguage, Duration time, long memoryBytes)
    implements Serializable {

  /** Stands for every language. */
  public static final String ANY = "*";

  /** No command: nothing is run. */
  public static final CheckCommands NONE =
      new CheckCommands(Map.of(), Duration.ofSeconds(10), 1L << 30);

  public CheckCommands {
    byLanguage = Map.copyOf(byLanguage);
  }

  /** Whether nothing is ever run. */
  public boolean none() {
    return byLanguage.isEmpty();
  }

  /** The command for a block. */
  Optional<String> of(CodeBlock block) {
    return block
        .language()
        .map(byLanguage::get)
        .or(() -> Optional.ofNullable(byLanguage.get(ANY)))
        .filter(command -> !block.code().isBlank());
  }
}
