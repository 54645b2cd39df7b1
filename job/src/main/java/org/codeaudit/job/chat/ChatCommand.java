package org.codeaudit.job.chat;

import java.util.EnumSet;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.codeaudit.generate.EngineCache;
import org.codeaudit.job.command.CommandContext;
import org.codeaudit.job.command.ExitCode;
import org.codeaudit.job.option.AnswerOptions;
import org.codeaudit.job.option.SamplingOptions;
import org.codeaudit.token.PromptTrial;
import org.codeaudit.udf.setting.AnswerSettings;
import org.codeaudit.udf.setting.GenerateSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.IModelTransformer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code audit chat}: a model and prompts, tried by hand. */
@Command(
    name = "chat",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    modelTransformer = ChatCommand.WithoutBatch.class,
    description = {
      "Talks with a model: answers appear as they are written, with their times. /help lists what can"
          + " be typed besides messages. From a pipe, each line is a message, answers go to the"
          + " output and times to the errors. Starts no Spark."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:The conversation ended.",
      "1:A line from a pipe could not be done.",
      "2:Wrong arguments, or the model could not be loaded.",
      "3:The model failed."
    })
public final class ChatCommand implements Callable<Integer> {
  @Mixin AnswerOptions answer = AnswerOptions.ofOne(2048);

  @Option(names = "--system", paramLabel = "TEXT", description = "System message; default none.")
  String system;

  @Mixin SamplingOptions sampling;

  @ParentCommand CommandContext context;
  @Spec CommandSpec spec;

  /** One question is asked at a time. */
  static final class WithoutBatch implements IModelTransformer {
    @Override
    public CommandSpec transform(CommandSpec command) {
      command.remove(command.findOption("--batch"));
      return command;
    }
  }

  @Override
  public Integer call() throws InterruptedException {
    GenerateSettings sampled = sampling.settings();
    AnswerSettings settings =
        answer.settings("chat", context.loader(), EnumSet.allOf(PromptTrial.Conversation.class));
    try (EngineCache.Lease lease =
            EngineCache.shared()
                .lease(settings.model(), settings.engine().keepingAnswers(), context.loader());
        ChatScreen screen = screen()) {
      return converse(new ChatModel(lease.engine(), settings, sampled), screen);
    }
  }

  private int converse(ChatModel model, ChatScreen screen) {
    screen.note(Greeting.of(model.description(), model.limit()));
    if (screen.interactive()) {
      screen.note("/help lists the commands; Ctrl-C stops an answer, Ctrl-D leaves");
    }
    int failures =
        new Chat(model, screen, Optional.ofNullable(system).filter(text -> !text.isBlank())).run();
    return screen.interactive() || failures == 0 ? ExitCode.OK : ExitCode.ROWS_FAILED;
  }

  private ChatScreen screen() {
    return TerminalScreen.ofProcess()
        .<ChatScreen>map(terminal -> terminal)
        .orElseGet(() -> new PlainScreen(System.in, System.out, spec.commandLine().getErr()));
  }
}
