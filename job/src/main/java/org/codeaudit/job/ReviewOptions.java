package org.codeaudit.job;

import java.nio.file.Files;
import java.nio.file.Path;
import org.codeaudit.prompt.ChangeSplitter;
import org.codeaudit.prompt.PromptTemplate;
import org.codeaudit.udf.AnswerSettings;
import org.codeaudit.udf.ReviewSettings;
import picocli.CommandLine.Option;

/** What every command about reviews can be told. */
final class ReviewOptions {
  @Option(
      names = "--prompt",
      paramLabel = "P",
      description =
          "Prompt template: a file, or the name of one the jar carries; default ${DEFAULT-VALUE}.")
  String prompt = "review";

  @Option(
      names = "--unit-tokens",
      paramLabel = "N",
      description = "The most tokens of code in one question; default ${DEFAULT-VALUE}.")
  int unitTokens = 1500;

  @Option(
      names = "--max-findings",
      paramLabel = "N",
      description = "The most findings of one question; default ${DEFAULT-VALUE}.")
  int maxFindings = 5;

  /** Refuses what no run can work with, and reads the template, before anything is loaded. */
  PromptTemplate template() {
    AnswerOptions.atLeast("--unit-tokens", unitTokens, ChangeSplitter.SMALLEST_BUDGET);
    AnswerOptions.atLeast("--max-findings", maxFindings, 1);
    return Files.isRegularFile(Path.of(prompt))
        ? PromptTemplate.load(Path.of(prompt))
        : PromptTemplate.bundled(prompt);
  }

  /** The settings that travel to executors. */
  ReviewSettings settings(AnswerSettings answer, PromptTemplate template) {
    return new ReviewSettings(answer, template, unitTokens, maxFindings);
  }
}
