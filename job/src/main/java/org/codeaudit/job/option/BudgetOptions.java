package org.codeaudit.job.option;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.codeaudit.job.audit.Budget;
import picocli.CommandLine.Option;

/** How much a run may take. */
public final class BudgetOptions {
  /** These options are created together with the command. */
  private final Instant begin = Instant.now();

  @Option(
      names = "--max-time",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description =
          "Start nothing new after so long, e.g. 2h, 45m or 1h30m; what runs is finished and"
              + " published, and the next run goes on; default no limit.")
  Duration time;

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      converter = CountConverter.class,
      description =
          "Likewise after so many tokens of prompts and answers, e.g. 800k, 50m or 1.5b;"
              + " default no limit.")
  Long tokens;

  /** The budget; its time runs from the start of the command. */
  public Budget budget() {
    return new Budget(
        Optional.ofNullable(time).map(begin::plus),
        tokens == null ? OptionalLong.empty() : OptionalLong.of(tokens));
  }
}
