package org.codeaudit.job.ml;

import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.types.StructType;
import org.codeaudit.job.option.FunctionSettings;
import org.codeaudit.token.PromptTrial.Conversation;
import org.codeaudit.udf.AnswerColumn;
import org.codeaudit.udf.GeneratedColumn;
import org.codeaudit.udf.setting.AnswerSettings;

/** Answers the prompts of {@code inputCol}: {@code ai_generate} as a stage of a pipeline. */
public final class TextGenerator extends LanguageModelTransformer<TextGenerator> {
  private static final long serialVersionUID = 1L;

  private final DoubleParam temperature;
  private final IntParam topK;
  private final DoubleParam topP;
  private final DoubleParam repetitionPenalty;
  private final LongParam seed;
  private final Param<String> stop;

  /** A generator with an id of its own. */
  public TextGenerator() {
    this(randomUid("textGenerator"));
  }

  public TextGenerator(String uid) {
    super(uid);
    temperature = new DoubleParam(this, "temperature", "0 for the most likely token");
    topK = new IntParam(this, "topK", "How many of the most likely tokens are drawn from");
    topP = new DoubleParam(this, "topP", "How much probability the drawn tokens have in all");
    repetitionPenalty = new DoubleParam(this, "repetitionPenalty", "1 for none");
    seed = new LongParam(this, "seed", "Seed of what is drawn; each prompt's own follows from it");
    stop = new Param<>(this, "stop", "JSON array of texts that end an answer");
  }

  /** Reads a generator that was saved. */
  public static TextGenerator load(String path) {
    return read().load(path);
  }

  /** A reader of saved generators. */
  public static MLReader<TextGenerator> read() {
    return new DefaultParamsReader<>();
  }

  @Override
  Conversation conversation() {
    return Conversation.PLAIN;
  }

  @Override
  AnswerColumn column(FunctionSettings settings, AnswerSettings answer, StructType schema) {
    return new GeneratedColumn(answer, settings.sampling(), schema.fieldIndex(text(inputCol())));
  }

  @Override
  StructType type() {
    return GeneratedColumn.TYPE;
  }

  public DoubleParam temperature() {
    return temperature;
  }

  public IntParam topK() {
    return topK;
  }

  public DoubleParam topP() {
    return topP;
  }

  public DoubleParam repetitionPenalty() {
    return repetitionPenalty;
  }

  public LongParam seed() {
    return seed;
  }

  public Param<String> stop() {
    return stop;
  }

  public TextGenerator setTemperature(double value) {
    return with(temperature, value);
  }

  public TextGenerator setTopK(int value) {
    return with(topK, value);
  }

  public TextGenerator setTopP(double value) {
    return with(topP, value);
  }

  public TextGenerator setRepetitionPenalty(double value) {
    return with(repetitionPenalty, value);
  }

  public TextGenerator setSeed(long value) {
    return with(seed, value);
  }

  public TextGenerator setStop(String value) {
    return with(stop, value);
  }
}
