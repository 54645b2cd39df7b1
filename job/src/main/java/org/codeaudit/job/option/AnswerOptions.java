package org.codeaudit.job.option;

import java.util.Set;
import java.util.function.Consumer;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.checkpoint.Checkpoint;
import org.codeaudit.checkpoint.config.GenerationDefaults;
import org.codeaudit.fetch.ModelFetcher;
import org.codeaudit.fetch.ModelOutline;
import org.codeaudit.fetch.ModelReference;
import org.codeaudit.generate.EngineSettings;
import org.codeaudit.generate.ModelLoader;
import org.codeaudit.model.ModelSettings;
import org.codeaudit.token.PromptTrial;
import org.codeaudit.token.PromptTrial.Conversation;
import org.codeaudit.udf.setting.AnswerSettings;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What every command that asks the model can be told. */
public final class AnswerOptions {
  public @Mixin ModelOptions model;

  @Spec(Spec.Target.MIXEE)
  CommandSpec command;

  @Option(
      names = "--max-new-tokens",
      paramLabel = "N",
      description = "The most tokens of one answer; default ${DEFAULT-VALUE}.")
  int maxNewTokens = 512;

  @Option(
      names = "--thinking",
      negatable = true,
      description =
          "Let a model that can think aloud do so before it answers; default --no-thinking.")
  boolean thinking;

  /** Options with another default for the longest answer. */
  public static AnswerOptions upTo(int tokens) {
    AnswerOptions options = new AnswerOptions();
    options.maxNewTokens = tokens;
    return options;
  }

  /** As {@link #upTo}, for whoever asks one question at a time. */
  public static AnswerOptions ofOne(int tokens) {
    AnswerOptions options = upTo(tokens);
    options.model = new ModelOptions();
    options.model.batch = 1;
    return options;
  }

  /** As {@link #settings} for runs that review. */
  public AnswerSettings forReviews(String runId, ModelLoader loader) {
    return settings(runId, loader, Set.of(Conversation.INSTRUCTED));
  }

  /**
   * The settings that travel to executors. The checkpoint's headers, tokenizer and chat template
   * are checked here, so that a model that could not answer any row is refused before anything is
   * started.
   *
   * @param kinds the conversations that the run may hold
   */
  public AnswerSettings settings(String runId, ModelLoader loader, Set<Conversation> kinds) {
    return settings(runId, loader, kinds, defaults -> {});
  }

  /**
   * As {@link #settings(String, ModelLoader, Set)}.
   *
   * @param check refuses what does not go with how the checkpoint generates
   */
  public AnswerSettings settings(
      String runId,
      ModelLoader loader,
      Set<Conversation> kinds,
      Consumer<GenerationDefaults> check) {
    atLeast("--max-new-tokens", maxNewTokens, 1);
    // There is no session yet, and a file system may need what --conf says.
    ModelFetcher fetcher = ModelFetcher.of(() -> SparkOptions.of(command).conf());
    ModelSettings settings = model.settings(fetcher);
    EngineSettings engine = EngineSettings.DEFAULT.withMaxRunning(model.batch);
    try (ModelOutline outline = fetcher.outline(ModelReference.parse(settings.path()));
        Checkpoint checkpoint = outline.open()) {
      PromptTrial.of(checkpoint, settings.path(), thinking).require(kinds);
      check.accept(checkpoint.generationDefaults());
      return new AnswerSettings(
          runId, loader, settings, checkpoint.revision(), engine, maxNewTokens, thinking);
    }
  }

  /** Refuses a number that is too small, before anything is loaded. */
  public static void atLeast(String option, int value, int least) {
    if (value < least) {
      throw new AuditException(
          ErrorClass.OPTION,
          "Cannot run with " + option + " " + value,
          "it must be at least " + least,
          "Correct the option");
    }
  }
}
