package org.codeaudit.udf;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.Row;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.code.AnswerCode;
import org.codeaudit.code.CheckCommands;
import org.codeaudit.code.CheckRun;
import org.codeaudit.finding.SecretRedactor;
import org.codeaudit.generate.LoadedModel;
import org.codeaudit.generate.request.FinishReason;
import org.codeaudit.generate.request.Generation;
import org.codeaudit.generate.request.GenerationRequest;
import org.codeaudit.model.SamplingSettings;
import org.codeaudit.token.ChatMessage;
import org.codeaudit.udf.row.AnswerRow;
import org.codeaudit.udf.row.GenerationSchema;
import org.codeaudit.udf.row.PromptKeys;
import org.codeaudit.udf.row.ResultColumns;
import org.codeaudit.udf.run.AnswerStream;
import org.codeaudit.udf.run.Isolation;
import org.codeaudit.udf.run.RunContext;
import org.codeaudit.udf.run.TaskModel;
import org.codeaudit.udf.setting.AnswerSettings;
import org.codeaudit.udf.setting.GenerateSettings;

/** Prompts ({@link GenerationSchema#PROMPTS}) to answers ({@link GenerationSchema#GENERATIONS}). */
public final class GenerateFunction extends AskingFunction {
  private static final long serialVersionUID = 1L;

  private final AnswerSettings settings;
  private final GenerateSettings sampling;
  private final CheckCommands commands;

  /**
   * @param commands are run over the code in answers
   */
  public GenerateFunction(
      AnswerSettings settings, GenerateSettings sampling, CheckCommands commands, RunContext run) {
    super(settings, run);
    this.settings = settings;
    this.sampling = sampling;
    this.commands = commands;
  }

  @Override
  Iterator<AnswerStream.Work> work(Row prompt, TaskModel model, Isolation isolation) {
    PromptKeys keys = PromptKeys.of(prompt, settings, sampling, commands);
    return run.takeUp(keys.row()) == RunContext.Intake.OPEN
        ? List.of(ask(prompt, keys, model, isolation)).iterator()
        : Collections.emptyIterator();
  }

  /** One prompt's question, or its row where nothing can be asked. */
  AnswerStream.Work ask(Row prompt, TaskModel model, Isolation isolation) {
    return ask(prompt, PromptKeys.of(prompt, settings, sampling, commands), model, isolation);
  }

  private AnswerStream.Work ask(Row prompt, PromptKeys keys, TaskModel model, Isolation isolation) {
    Instant startedAt = Instant.now();
    LoadedModel loaded = model.loaded();
    AnswerRow row = begin(prompt, keys, startedAt).askedOf(model.description());
    row.waited(model.takeWaitedNanos());
    AnswerStream.Work question =
        isolation.ask(
            keys.row(),
            model,
            () -> {
              long begin = System.nanoTime();
              int[] tokens = loaded.chat().encode(messages(prompt), settings.thinking());
              row.set("tokenize_ns", System.nanoTime() - begin);
              return request(prompt, tokens, loaded);
            },
            generation -> answered(row, generation),
            row::failed);
    return question.map(answer -> run.counted(answer, 1));
  }

  private static List<ChatMessage> messages(Row prompt) {
    if (prompt.getAs("corrupt") != null) {
      throw new AuditException(
          ErrorClass.PROMPT_UNREADABLE,
          "This line of the prompts is not a JSON object",
          "it begins with " + begin(prompt.getAs("corrupt")),
          "Write one JSON object a line with \"id\", \"prompt\" and, if wanted, \"system\"");
    }
    if (prompt.getAs("missing") != null) {
      throw new AuditException(
          ErrorClass.PROMPT_VARIABLE,
          "The row with id " + prompt.getAs("id") + " does not fill the template",
          "it has no value for " + prompt.getAs("missing"),
          "Give it one, or leave the row out");
    }
    String text = prompt.getAs("prompt");
    if (text == null || text.isEmpty()) {
      throw new AuditException(
          ErrorClass.PROMPT_MISSING,
          "The row with id " + prompt.getAs("id") + " has no prompt",
          "its prompt is null or empty",
          "Give it one");
    }
    List<ChatMessage> messages = new ArrayList<>();
    String system = prompt.getAs("system");
    if (system != null) {
      messages.add(new ChatMessage("system", system));
    }
    messages.add(new ChatMessage("user", text));
    return messages;
  }

  private static String begin(String text) {
    // Redacted before it is cut, as half a secret is not recognised.
    String some = SecretRedactor.SHAPES.redact(text.substring(0, Math.min(4096, text.length())));
    return some.substring(0, Math.min(40, some.length()));
  }

  private AnswerRow begin(Row prompt, PromptKeys keys, Instant startedAt) {
    int attempt = run.earlierAnswers().attempt(keys.row());
    return new AnswerRow(
            ResultColumns.begin(
                GenerationSchema.GENERATIONS,
                settings.runId(),
                keys.content(),
                keys.row(),
                attempt),
            startedAt)
        .set("id", prompt.getAs("id"))
        .set("sample", prompt.getAs("sample"));
  }

  private GenerationRequest request(Row prompt, int[] tokens, LoadedModel loaded) {
    String key = PromptKeys.seedKey(prompt);
    long rowSeed = Long.parseUnsignedLong(key.substring(0, 16), 16) ^ sampling.seed();
    SamplingSettings row = sampling.sampling(loaded.defaults(), rowSeed);
    return new GenerationRequest(
        key,
        tokens,
        limit(prompt),
        row,
        Set.copyOf(loaded.defaults().endTokens()),
        sampling.stopStrings(),
        Optional.empty());
  }

  /** The most tokens of the row's answer: its own limit, else that of the run. */
  private int limit(Row prompt) {
    String own = prompt.getAs("max_new_tokens");
    if (own == null) {
      return settings.maxNewTokens();
    }
    try {
      int limit = new BigDecimal(own.strip()).intValueExact();
      if (limit >= 1) {
        return limit;
      }
    } catch (NumberFormatException | ArithmeticException e) {
      // said below
    }
    throw new AuditException(
        ErrorClass.PROMPT_LIMIT,
        "The row with id " + prompt.getAs("id") + " has no usable limit of tokens",
        "it is " + begin(own) + ", not a whole number from 1",
        "Correct it, or leave it empty for --max-new-tokens");
  }

  private Row answered(AnswerRow row, Generation generation) {
    boolean whole = generation.finishReason() == FinishReason.STOP;
    AnswerCode code = AnswerCode.of(generation.text());
    CodeColumns.set(row, code, CheckRun.of(code, commands));
    return row.set("text", SecretRedactor.SHAPES.redact(generation.text()))
        .set("complete", whole && code.closed())
        .answered(whole, generation.finishReason(), generation.timing());
  }
}
