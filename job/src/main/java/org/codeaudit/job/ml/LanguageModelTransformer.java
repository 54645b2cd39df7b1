package org.codeaudit.job.ml;

import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.job.option.FunctionSettings;
import org.codeaudit.token.PromptTrial.Conversation;
import org.codeaudit.udf.AnswerColumn;
import org.codeaudit.udf.AnswerColumns;
import org.codeaudit.udf.setting.AnswerSettings;
import org.codeaudit.udf.setting.CheckpointLoader;

/**
 * Adds a column that the model fills. Parameters have the names they have in DJL's Spark extension
 * where they mean the same ({@code inputCol}, {@code outputCol}, {@code modelUrl}, {@code engine},
 * {@code batchSize}); its others say how tensors are made and are refused. Rows keep their order.
 *
 * @param <T> the transformer itself, for its setters
 */
public abstract class LanguageModelTransformer<T extends LanguageModelTransformer<T>>
    extends Transformer implements DefaultParamsWritable {
  private static final long serialVersionUID = 1L;
  private static final String ENGINE = "PyTorch";

  /** Parameters that are settings of functions under another name. */
  private static final Map<String, String> RENAMED =
      Map.of("modelUrl", "model", "batchSize", "batch");

  private final String uid;
  private final Param<String> inputCol;
  private final Param<String> outputCol;
  private final Param<String> modelUrl;
  private final Param<String> engine;
  private final IntParam batchSize;
  private final Param<String> precision;
  private final Param<String> arithmetic;
  private final IntParam threads;
  private final Param<String> placement;
  private final Param<String> device;
  private final Param<String> gpuMemory;
  private final Param<String> cpuMemory;
  private final IntParam cacheTokens;
  private final Param<String> kvCacheDtype;
  private final IntParam maxNewTokens;
  private final BooleanParam thinking;

  LanguageModelTransformer(String uid) {
    this.uid = uid;
    inputCol = new Param<>(this, "inputCol", "The column that is asked about");
    outputCol = new Param<>(this, "outputCol", "The column of answers");
    modelUrl = new Param<>(this, "modelUrl", "A Hugging Face folder or a GGUF file, path or URL");
    engine = new Param<>(this, "engine", "The engine; there is one, " + ENGINE);
    batchSize = new IntParam(this, "batchSize", "The most sequences at once in an executor");
    precision =
        new Param<>(this, "precision", "How weights are kept: f32, bf16, f16, int8, int4 or nf4");
    arithmetic =
        new Param<>(this, "arithmetic", "How a processor multiplies: auto, exact or rounded");
    placement =
        new Param<>(
            this,
            "placement",
            "How the model is spread over the executor's devices: auto, gpu, multi-gpu, hybrid, streamed, cpu or disk");
    device = new Param<>(this, "device", "Where the model runs: auto, cpu or gpu");
    gpuMemory = new Param<>(this, "gpuMemory", "The most memory of each GPU, e.g. 14GB");
    cpuMemory = new Param<>(this, "cpuMemory", "The most memory on the CPU's side, e.g. 14GB");
    threads = new IntParam(this, "threads", "Threads of a step on a CPU; 0 for all processors");
    cacheTokens = new IntParam(this, "cacheTokens", "Positions of key-value cache; 0 for all");
    kvCacheDtype = new Param<>(this, "kvCacheDtype", "What the cache holds: auto or int8");
    maxNewTokens = new IntParam(this, "maxNewTokens", "The most tokens of an answer");
    thinking = new BooleanParam(this, "thinking", "Whether the model may think aloud first");
    setDefault(engine, ENGINE);
  }

  /** How the model is asked. */
  abstract Conversation conversation();

  /** The model's answers to a row, over the columns of a schema. */
  abstract AnswerColumn column(FunctionSettings settings, AnswerSettings answer, StructType schema);

  /** What the new column holds. */
  abstract StructType type();

  /** The columns it reads. */
  List<String> inputs() {
    return List.of(text(inputCol));
  }

  @Override
  public String uid() {
    return uid;
  }

  /**
   * The data with the column of answers.
   *
   * @throws AuditException if a parameter is missing or wrong, or there is no such model
   */
  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    StructType schema = dataset.schema();
    StructType result = transformSchema(schema);
    FunctionSettings settings = settings();
    AnswerSettings answer = settings.answer(uid, new CheckpointLoader(), Set.of(conversation()));
    AnswerColumn column = column(settings, answer, schema);
    return dataset
        .toDF()
        .mapPartitions(new AnswerColumns(schema.length(), List.of(column)), Encoders.row(result));
  }

  @Override
  public StructType transformSchema(StructType schema) {
    if (!text(engine).equalsIgnoreCase(ENGINE)) {
      throw wrong("engine is " + text(engine), "Set it to " + ENGINE + " or leave it out");
    }
    List<String> columns = Arrays.asList(schema.fieldNames());
    for (String input : inputs()) {
      if (!columns.contains(input)) {
        throw wrong("there is no column " + input, "Name one of " + String.join(", ", columns));
      }
      if (!schema.apply(input).dataType().equals(DataTypes.StringType)) {
        throw wrong("the column " + input + " is no string", "Cast it to one");
      }
    }
    if (columns.contains(text(outputCol))) {
      throw wrong("the column " + text(outputCol) + " is there already", "Set another outputCol");
    }
    return new StructType(schema.fields())
        .add(
            new StructField(
                text(outputCol), type(), true, org.apache.spark.sql.types.Metadata.empty()));
  }

  @Override
  @SuppressWarnings("unchecked")
  public T copy(ParamMap extra) {
    return (T) this.<LanguageModelTransformer<T>>defaultCopy(extra);
  }

  private FunctionSettings settings() {
    Map<String, String> values = new HashMap<>();
    for (Param<?> param : params()) {
      String name = RENAMED.getOrDefault(param.name(), param.name());
      if (FunctionSettings.NAMES.contains(name) && isDefined(param)) {
        values.put(name, String.valueOf(getOrDefault(param)));
      }
    }
    values.put("model", model(text(modelUrl)));
    return FunctionSettings.of("", values);
  }

  private String model(String url) {
    if (url.startsWith("file:")) {
      return Path.of(URI.create(url)).toString();
    }
    if (url.matches("(djl|https?|s3):.*")) {
      throw wrong(
          "modelUrl "
              + url
              + " names a model zoo or a server, and nothing is downloaded while"
              + " rows are asked about",
          "Name a folder or file that every executor sees");
    }
    return url;
  }

  /** The value of a parameter that must have one. */
  final String text(Param<String> param) {
    if (!isDefined(param)) {
      throw wrong(param.name() + " is not set", "Set it: " + param.doc());
    }
    return getOrDefault(param);
  }

  private AuditException wrong(String why, String fix) {
    return new AuditException(ErrorClass.TRANSFORMER, uid + " cannot transform the data", why, fix);
  }

  /** This transformer after a parameter is set. */
  @SuppressWarnings("unchecked")
  final <V> T with(Param<V> param, Object value) {
    set((Param<Object>) param, value);
    return (T) this;
  }

  public Param<String> inputCol() {
    return inputCol;
  }

  public Param<String> outputCol() {
    return outputCol;
  }

  public Param<String> modelUrl() {
    return modelUrl;
  }

  public Param<String> engine() {
    return engine;
  }

  public IntParam batchSize() {
    return batchSize;
  }

  public Param<String> precision() {
    return precision;
  }

  public Param<String> arithmetic() {
    return arithmetic;
  }

  public Param<String> placement() {
    return placement;
  }

  public Param<String> device() {
    return device;
  }

  public Param<String> gpuMemory() {
    return gpuMemory;
  }

  public Param<String> cpuMemory() {
    return cpuMemory;
  }

  public IntParam threads() {
    return threads;
  }

  public IntParam cacheTokens() {
    return cacheTokens;
  }

  public Param<String> kvCacheDtype() {
    return kvCacheDtype;
  }

  public IntParam maxNewTokens() {
    return maxNewTokens;
  }

  public BooleanParam thinking() {
    return thinking;
  }

  public T setInputCol(String value) {
    return with(inputCol, value);
  }

  public T setOutputCol(String value) {
    return with(outputCol, value);
  }

  public T setModelUrl(String value) {
    return with(modelUrl, value);
  }

  public T setEngine(String value) {
    return with(engine, value);
  }

  public T setBatchSize(int value) {
    return with(batchSize, value);
  }

  public T setPrecision(String value) {
    return with(precision, value);
  }

  public T setArithmetic(String value) {
    return with(arithmetic, value);
  }

  public T setPlacement(String value) {
    return with(placement, value);
  }

  public T setDevice(String value) {
    return with(device, value);
  }

  public T setGpuMemory(String value) {
    return with(gpuMemory, value);
  }

  public T setCpuMemory(String value) {
    return with(cpuMemory, value);
  }

  public T setThreads(int value) {
    return with(threads, value);
  }

  public T setCacheTokens(int value) {
    return with(cacheTokens, value);
  }

  public T setKvCacheDtype(String value) {
    return with(kvCacheDtype, value);
  }

  public T setMaxNewTokens(int value) {
    return with(maxNewTokens, value);
  }

  public T setThinking(boolean value) {
    return with(thinking, value);
  }

  static String randomUid(String prefix) {
    return Identifiable$.MODULE$.randomUID(prefix);
  }
}
