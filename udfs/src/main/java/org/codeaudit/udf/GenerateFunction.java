package org.codeaudit.udf;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.finding.CodeBlock;
import org.codeaudit.finding.CodeBlocks;
import org.codeaudit.finding.SecretRedactor;
import org.codeaudit.finding.SyntaxCheck;
import org.codeaudit.generate.LoadedModel;
import org.codeaudit.generate.request.FinishReason;
import org.codeaudit.generate.request.Generation;
import org.codeaudit.generate.request.GenerationRequest;
import org.codeaudit.model.SamplingSettings;
import org.codeaudit.token.ChatMessage;
import org.codeaudit.udf.row.Flattened;
import org.codeaudit.udf.row.GenerationSchema;
import org.codeaudit.udf.row.Keys;
import org.codeaudit.udf.row.ResultColumns;
import org.codeaudit.udf.row.RowBuilder;
import org.codeaudit.udf.row.Status;
import org.codeaudit.udf.run.AnswerStream;
import org.codeaudit.udf.run.FinishedRows;
import org.codeaudit.udf.run.Isolation;
import org.codeaudit.udf.run.Progress;
import org.codeaudit.udf.run.RunContext;
import org.codeaudit.udf.run.TaskModel;
import org.codeaudit.udf.setting.AnswerSettings;
import org.codeaudit.udf.setting.GenerateSettings;

/** Prompts ({@link GenerationSchema#PROMPTS}) to answers ({@link GenerationSchema#GENERATIONS}). */
public final class GenerateFunction implements MapPartitionsFunction<Row, Row> {
  private static final long serialVersionUID = 1L;

  private final AnswerSettings settings;
  private final GenerateSettings sampling;
  private final RunContext run;

  public GenerateFunction(AnswerSettings settings, GenerateSettings sampling, RunContext run) {
    this.settings = settings;
    this.sampling = sampling;
    this.run = run;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> prompts) {
    TaskModel model = new TaskModel(settings, run);
    Isolation isolation = Isolation.of(run.isolation());
    Iterator<AnswerStream.Work> work =
        new Flattened<>(prompts, prompt -> work(prompt, model, isolation));
    int window = isolation.window(settings.window());
    return new FinishedRows(new AnswerStream(work, window, run::stopped), run);
  }

  private Iterator<AnswerStream.Work> work(Row prompt, TaskModel model, Isolation isolation) {
    run.saw();
    PromptKeys keys = keys(prompt);
    if (run.earlierAnswers().finished(keys.row())) {
      run.add(Progress.REUSED);
      return Collections.emptyIterator();
    }
    return run.stopped()
        ? Collections.emptyIterator()
        : List.of(ask(prompt, keys, model, isolation)).iterator();
  }

  /** One prompt's question, or its row where nothing can be asked. */
  AnswerStream.Work ask(Row prompt, TaskModel model, Isolation isolation) {
    return ask(prompt, keys(prompt), model, isolation);
  }

  private AnswerStream.Work ask(Row prompt, PromptKeys keys, TaskModel model, Isolation isolation) {
    Instant startedAt = Instant.now();
    LoadedModel loaded = model.loaded();
    RowBuilder row = begin(prompt, keys, model);
    model.takeWaitedNanos().ifPresent(nanos -> row.set("model_load_ns", nanos));
    return isolation.ask(
        keys.row(),
        model,
        () -> {
          long begin = System.nanoTime();
          int[] tokens = loaded.chat().encode(messages(prompt), settings.thinking());
          row.set("tokenize_ns", System.nanoTime() - begin);
          return request(prompt, tokens, loaded);
        },
        generation -> answered(row, generation, startedAt),
        failure -> failed(row, failure, startedAt));
  }

  private static List<ChatMessage> messages(Row prompt) {
    if (prompt.getAs("corrupt") != null) {
      throw new AuditException(
          ErrorClass.PROMPT_UNREADABLE,
          "This line of the prompts is no JSON object",
          "it begins with " + begin(prompt.getAs("corrupt")),
          "Write one JSON object a line with \"id\", \"prompt\" and, if wanted, \"system\"");
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
    // Redacted before it is cut: half a secret is not recognised.
    String some = SecretRedactor.SHAPES.redact(text.substring(0, Math.min(4096, text.length())));
    return some.substring(0, Math.min(40, some.length()));
  }

  private RowBuilder begin(Row prompt, PromptKeys keys, TaskModel model) {
    RowBuilder row =
        new RowBuilder(GenerationSchema.GENERATIONS)
            .set("schema_version", ResultColumns.SCHEMA_VERSION)
            .set("run_id", settings.runId())
            .set("content_key", keys.content())
            .set("row_key", keys.row())
            .set("attempt", run.earlierAnswers().attempt(keys.row()))
            .set("id", prompt.getAs("id"));
    ResultColumns.setModel(row, model.description());
    return row;
  }

  /** A prompt's two keys, made once: they hash all of its text. */
  private record PromptKeys(String content, String row) {}

  private PromptKeys keys(Row prompt) {
    String content =
        Keys.of(
            "generate",
            prompt.getAs("prompt"),
            prompt.getAs("system"),
            prompt.getAs("corrupt"),
            settings.modelRevision(),
            settings.model().numbers(),
            settings.maxNewTokens(),
            settings.thinking(),
            sampling);
    return new PromptKeys(content, Keys.of(content, prompt.getAs("id")));
  }

  private GenerationRequest request(Row prompt, int[] tokens, LoadedModel loaded) {
    String key = Keys.of(prompt.getAs("id"), prompt.getAs("prompt"), prompt.getAs("system"));
    long rowSeed = Long.parseUnsignedLong(key.substring(0, 16), 16) ^ sampling.seed();
    SamplingSettings row = sampling.sampling(loaded.defaults(), rowSeed);
    return new GenerationRequest(
        key,
        tokens,
        settings.maxNewTokens(),
        row,
        Set.copyOf(loaded.defaults().endTokens()),
        sampling.stopStrings(),
        Optional.empty());
  }

  private Row answered(RowBuilder row, Generation generation, Instant startedAt) {
    boolean whole = generation.finishReason() == FinishReason.STOP;
    Optional<CodeBlock> code = CodeBlocks.main(CodeBlocks.extract(generation.text()));
    row.set("status", (whole ? Status.OK : Status.TRUNCATED).columnValue())
        .set("finish_reason", UnitReview.columnValue(generation.finishReason()))
        .set("text", SecretRedactor.SHAPES.redact(generation.text()));
    code.ifPresent(block -> setCode(row, block));
    ResultColumns.setTiming(row, generation.timing());
    ResultColumns.setPlace(row, startedAt);
    run.add(
        new Progress(
            1,
            0,
            1,
            0,
            0,
            generation.timing().promptTokens(),
            generation.timing().generatedTokens()));
    return row.build();
  }

  private static void setCode(RowBuilder row, CodeBlock block) {
    row.set("code", SecretRedactor.SHAPES.redact(block.code()))
        .set("code_language", block.language().orElse(null))
        .set(
            "syntax_ok",
            block
                .language()
                .flatMap(language -> SyntaxCheck.syntaxOk(language, block.code()))
                .orElse(null));
  }

  private Row failed(RowBuilder row, Throwable failure, Instant startedAt) {
    UnitReview.setFailure(row, failure);
    ResultColumns.setPlace(row, startedAt);
    run.add(new Progress(1, 0, 1, 1, 0, 0, 0));
    return row.build();
  }
}
