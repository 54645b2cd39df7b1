package org.codeaudit.job.option;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.generate.ModelLoader;
import org.codeaudit.job.option.ReviewOptions.Kind;
import org.codeaudit.model.Arithmetic;
import org.codeaudit.model.CacheType;
import org.codeaudit.model.DeviceRequest.Wish;
import org.codeaudit.model.PlacementRequest.Strategy;
import org.codeaudit.model.Precision;
import org.codeaudit.prompt.ChangeSplitter;
import org.codeaudit.prompt.NearestMatch;
import org.codeaudit.token.PromptTrial.Conversation;
import org.codeaudit.udf.setting.AnswerSettings;
import org.codeaudit.udf.setting.GenerateSettings;
import org.codeaudit.udf.setting.ReviewSettings;
import picocli.CommandLine.ITypeConverter;

/**
 * How functions inside a query ask the model. Names, meanings and defaults are those of the
 * commands' options. Two calls with equal settings give the same answers.
 *
 * @param model as {@code --model}
 * @param arithmetic as {@code --arithmetic}
 * @param placement as {@code --placement}
 * @param batch the most sequences that run at once in an executor
 * @param cacheTokens 0 for what free memory allows
 * @param cacheType what the key-value cache holds
 * @param threads 0 for one per processor
 * @param device as {@code --device}
 * @param gpuMemory bytes of each GPU; 0 for all
 * @param cpuMemory bytes on the CPU's side; 0 for what is free
 * @param review as {@code --review}
 * @param prompt file or bundled name of the template of open reviews
 * @param minConfidence findings of reviews with a lower confidence are left out
 * @param sampling of generated texts; reviews are always greedy
 */
public record FunctionSettings(
    String model,
    Precision precision,
    Arithmetic arithmetic,
    Strategy placement,
    int batch,
    int cacheTokens,
    CacheType cacheType,
    int threads,
    Wish device,
    long gpuMemory,
    long cpuMemory,
    int maxNewTokens,
    boolean thinking,
    Kind review,
    String prompt,
    int unitTokens,
    int maxFindings,
    double minConfidence,
    GenerateSettings sampling)
    implements Serializable {

  /** The names of all settings, as keys of {@link #of} and after {@code spark.codeaudit.}. */
  public static final Set<String> NAMES =
      Set.of(
          "model",
          "precision",
          "arithmetic",
          "placement",
          "batch",
          "cacheTokens",
          "kvCacheDtype",
          "threads",
          "device",
          "gpuMemory",
          "cpuMemory",
          "maxNewTokens",
          "thinking",
          "review",
          "prompt",
          "unitTokens",
          "maxFindings",
          "minConfidence",
          "temperature",
          "topK",
          "topP",
          "repetitionPenalty",
          "seed",
          "stop");

  private static final String MEMORY = "an amount of memory such as 14GB or 13.5GiB";

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * The settings with these values; those that are not given have their defaults.
   *
   * @param prefix of the names in messages, e.g. {@code spark.codeaudit.}
   * @param values by {@linkplain #NAMES name}
   * @throws AuditException {@code FUNCTION_SETTINGS} naming every problem of them
   */
  public static FunctionSettings of(String prefix, Map<String, String> values) {
    Values read = new Values(prefix, values);
    ModelOptions model = new ModelOptions();
    AnswerOptions answer = new AnswerOptions();
    ReviewOptions review = new ReviewOptions();
    // The default confidence depends on how code is reviewed.
    review.kind = read.constant("review", review.kind);
    FunctionSettings settings =
        new FunctionSettings(
            read.text("model", ""),
            read.constant("precision", model.precision),
            read.constant("arithmetic", model.arithmetic),
            read.constant("placement", model.placement),
            read.number("batch", model.batch, 1),
            read.number("cacheTokens", model.cacheTokens, 0),
            read.constant("kvCacheDtype", model.cacheType),
            read.number("threads", model.threads, 0),
            read.constant("device", model.device),
            read.value("gpuMemory", model.gpuMemory, FunctionSettings::bytes, MEMORY),
            read.value("cpuMemory", model.cpuMemory, FunctionSettings::bytes, MEMORY),
            read.number("maxNewTokens", answer.maxNewTokens, 1),
            read.value("thinking", answer.thinking, FunctionSettings::flag, "true or false"),
            review.kind,
            read.text("prompt", review.prompt),
            read.number("unitTokens", review.unitTokens, ChangeSplitter.SMALLEST_BUDGET),
            read.number("maxFindings", review.maxFindings, 1),
            read.value(
                "minConfidence",
                review.minConfidence(),
                FunctionSettings::confidence,
                "a probability from 0 to 1"),
            new GenerateSettings(
                read.value("temperature", null, Double::valueOf, "a number"),
                read.value("topK", null, Integer::valueOf, "a whole number"),
                read.value("topP", null, Double::valueOf, "a number"),
                read.value("repetitionPenalty", null, Double::valueOf, "a number"),
                read.value("seed", 0L, Long::valueOf, "a whole number"),
                read.value("stop", List.of(), FunctionSettings::texts, "a JSON array of strings")));
    if (settings.model.isBlank()) {
      read.problem("model", "is not set: it names a Hugging Face folder, a GGUF file or `default`");
    }
    try {
      settings.sampling.check();
    } catch (IllegalArgumentException e) {
      read.problems.add(e.getMessage());
    }
    read.check();
    return settings;
  }

  /** Whether two calls can share one loaded model. */
  public boolean sameModel(FunctionSettings other) {
    return model.equals(other.model)
        && precision == other.precision
        && arithmetic == other.arithmetic
        && placement == other.placement
        && batch == other.batch
        && cacheTokens == other.cacheTokens
        && cacheType == other.cacheType
        && threads == other.threads
        && device == other.device
        && gpuMemory == other.gpuMemory
        && cpuMemory == other.cpuMemory;
  }

  /**
   * What travels to executors. Checks the checkpoint's headers, tokenizer and chat template.
   *
   * @param runId the name of this query in rows' keys and logs
   * @param kinds the conversations that the query may hold
   * @throws AuditException if there is no such model or it is broken
   */
  public AnswerSettings answer(String runId, ModelLoader loader, Set<Conversation> kinds) {
    AnswerOptions options = new AnswerOptions();
    options.model = new ModelOptions();
    options.model.model = model;
    options.model.precision = precision;
    options.model.arithmetic = arithmetic;
    options.model.placement = placement;
    options.model.batch = batch;
    options.model.cacheTokens = cacheTokens;
    options.model.cacheType = cacheType;
    options.model.threads = threads;
    options.model.device = device;
    options.model.gpuMemory = gpuMemory;
    options.model.cpuMemory = cpuMemory;
    options.maxNewTokens = maxNewTokens;
    options.thinking = thinking;
    return options.settings(runId, loader, kinds);
  }

  /**
   * How code is reviewed.
   *
   * @throws AuditException if there is no such prompt template or it is broken
   */
  public ReviewSettings review(AnswerSettings answer) {
    ReviewOptions options = new ReviewOptions();
    options.kind = review;
    options.prompt = prompt;
    options.unitTokens = unitTokens;
    options.maxFindings = maxFindings;
    return options.settings(answer, options.template());
  }

  private static double confidence(String text) {
    return converted(new ConfidenceConverter(), text);
  }

  private static long bytes(String text) {
    return converted(new SizeConverter(), text);
  }

  /** Parses as the command line does; a wrong value is an {@code IllegalArgumentException}. */
  private static <T> T converted(ITypeConverter<T> converter, String text) {
    try {
      return converter.convert(text);
    } catch (Exception e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static boolean flag(String text) {
    if (!text.equals("true") && !text.equals("false")) {
      throw new IllegalArgumentException(text);
    }
    return text.equals("true");
  }

  private static List<String> texts(String text) {
    try {
      return List.of(JSON.readValue(text, String[].class));
    } catch (JsonProcessingException | NullPointerException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  /** Values by name, and what is wrong with them. */
  private static final class Values {
    private final String prefix;
    private final Map<String, String> values = new HashMap<>();
    private final List<String> problems = new ArrayList<>();

    Values(String prefix, Map<String, String> values) {
      this.prefix = prefix;
      new TreeMap<>(values)
          .forEach(
              (name, value) -> {
                if (NAMES.contains(name)) {
                  this.values.put(name, value.strip());
                } else {
                  problem(name, "is unknown" + suggestion(prefix, name));
                }
              });
    }

    private static String suggestion(String prefix, String name) {
      return NearestMatch.of(name, new TreeSet<>(NAMES))
          .map(nearest -> " (did you mean `" + prefix + nearest + "`?)")
          .orElse("");
    }

    String text(String name, String otherwise) {
      return values.getOrDefault(name, otherwise);
    }

    int number(String name, int otherwise, int least) {
      String range = "a whole number from " + least;
      int number = value(name, otherwise, Integer::valueOf, range);
      if (number < least) {
        problem(name, "is `" + number + "`, not " + range);
        return otherwise;
      }
      return number;
    }

    /** One of an enumeration's constants, written as on the command line. */
    <E extends Enum<E>> E constant(String name, E otherwise) {
      Class<E> type = otherwise.getDeclaringClass();
      String expected =
          Arrays.stream(type.getEnumConstants())
              .map(constant -> constant.toString().toLowerCase(Locale.ROOT))
              .collect(Collectors.joining(", "));
      return value(
          name,
          otherwise,
          text -> Enum.valueOf(type, text.toUpperCase(Locale.ROOT).replace('-', '_')),
          expected);
    }

    <T> T value(String name, T otherwise, Function<String, T> parse, String expected) {
      String text = values.get(name);
      if (text == null) {
        return otherwise;
      }
      try {
        return parse.apply(text);
      } catch (IllegalArgumentException e) {
        problem(name, "is `" + text + "`, not " + expected);
        return otherwise;
      }
    }

    void problem(String name, String problem) {
      problems.add("`" + prefix + name + "` " + problem);
    }

    void check() {
      if (!problems.isEmpty()) {
        throw new AuditException(
            ErrorClass.FUNCTION_SETTINGS,
            "The model cannot be asked with these settings",
            String.join("; ", problems),
            "Correct them; docs/sql.md lists them");
      }
    }
  }
}
