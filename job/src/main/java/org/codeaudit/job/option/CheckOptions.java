package org.codeaudit.job.option;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.change.Languages;
import org.codeaudit.code.CheckCommands;
import org.codeaudit.prompt.NearestMatch;
import picocli.CommandLine.Option;

/** Commands of the user that are run over the code in answers. */
public final class CheckOptions {
  @Option(
      names = "--check-command",
      paramLabel = "LANGUAGE=COMMAND",
      description =
          "Run a command over each block of code in this language, e.g. 'python=python3 -m py_compile"
              + " \"$1\"', with sh, on executors; $1 is the block's file. * is any language. May be"
              + " repeated. A command that runs the code runs what a model wrote: give it a sandbox.")
  Map<String, String> commands = new LinkedHashMap<>();

  @Option(
      names = "--check-time",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "After this time a check is killed with all it began; default 10s.")
  Duration time = CheckCommands.NONE.time();

  @Option(
      names = "--check-memory",
      paramLabel = "SIZE",
      converter = SizeConverter.class,
      description = "The most memory of a check's processes together; default 1GiB.")
  long memory = CheckCommands.NONE.memoryBytes();

  /**
   * The commands; none by default.
   *
   * @throws AuditException {@code OPTION} for a language that no block can have
   */
  public CheckCommands commands() {
    for (String language : commands.keySet()) {
      if (!language.equals(CheckCommands.ANY) && !Languages.names().contains(language)) {
        throw new AuditException(
            ErrorClass.OPTION,
            "Cannot check code in " + language,
            "no language has that name"
                + NearestMatch.of(language, Languages.names())
                    .map(nearest -> " (did you mean " + nearest + "?)")
                    .orElse(""),
            "Name a language in lower case, as in python, c++ or shell, or * for any");
      }
    }
    return new CheckCommands(commands, time, memory);
  }
}
