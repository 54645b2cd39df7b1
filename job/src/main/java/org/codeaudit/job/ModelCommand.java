package org.codeaudit.job;

import java.io.PrintWriter;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.codeaudit.AuditException;
import org.codeaudit.checkpoint.Checkpoint;
import org.codeaudit.checkpoint.GenerationDefaults;
import org.codeaudit.checkpoint.ModelConfig;
import org.codeaudit.checkpoint.TensorInfo;
import org.codeaudit.checkpoint.TensorType;
import org.codeaudit.fetch.ModelFetcher;
import org.codeaudit.fetch.ModelReference;
import org.codeaudit.model.Precision;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code audit model}: what is in a checkpoint. */
@Command(
    name = "model",
    mixinStandardHelpOptions = true,
    description = {
      "Shows what is in a checkpoint and how much memory it needs. A model that lies elsewhere is"
          + " fetched first."
    })
final class ModelCommand implements Callable<Integer> {
  @Parameters(
      arity = "0..1",
      paramLabel = "M",
      description = "As --model of the other commands; default ${DEFAULT-VALUE}.")
  String model = "default";

  @Option(
      names = "--conf",
      paramLabel = "KEY=VALUE",
      description =
          "A Spark setting that a file system needs, e.g. spark.hadoop.fs.s3a.endpoint=...")
  Map<String, String> settings = new LinkedHashMap<>();

  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    ModelOptions options = new ModelOptions();
    options.model = model;
    ModelFetcher fetcher = ModelFetcher.of(() -> new SparkOptions().with(settings).conf());
    ModelReference reference = options.reference(fetcher, spec.commandLine().getErr());
    // All of it: this is also how a machine's folder of models is filled in advance.
    try (Checkpoint checkpoint = fetcher.local(reference).open()) {
      PrintWriter out = spec.commandLine().getOut();
      line(out, "Model", reference);
      print(checkpoint, out);
    }
    return Main.OK;
  }

  private static void print(Checkpoint checkpoint, PrintWriter out) {
    ModelConfig config = checkpoint.config();
    line(out, "Path", checkpoint.path());
    line(out, "Format", checkpoint.format() + ", " + storedTypes(checkpoint));
    line(out, "Family", config.family().name().toLowerCase(Locale.ROOT));
    line(out, "Parameters", String.format(Locale.ROOT, "%,d", parameters(checkpoint)));
    line(
        out,
        "Layers",
        config.layers()
            + " of width "
            + config.hiddenSize()
            + ", feed-forward "
            + config.intermediateSize());
    line(
        out,
        "Attention",
        config.attentionHeads()
            + " query heads, "
            + config.keyValueHeads()
            + " key-value heads of size "
            + config.headSize());
    line(out, "Vocabulary", config.vocabularySize() + (config.tiedEmbeddings() ? ", tied" : ""));
    line(out, "Context", config.contextLength() + " tokens");
    for (Precision precision : Precision.values()) {
      line(out, "Memory " + name(precision), memory(checkpoint, precision));
    }
    GenerationDefaults defaults = checkpoint.generationDefaults();
    line(out, "Sampling", sampling(defaults));
    line(out, "End tokens", defaults.endTokens());
    line(out, "Template", template(checkpoint));
    line(out, "Revision", checkpoint.revision());
    out.flush();
  }

  private static void line(PrintWriter out, String name, Object value) {
    out.printf("%-12s %s%n", name, value);
  }

  private static String storedTypes(Checkpoint checkpoint) {
    Map<TensorType, Long> counts = new EnumMap<>(TensorType.class);
    for (TensorInfo tensor : checkpoint.tensors().values()) {
      counts.merge(tensor.type(), 1L, Long::sum);
    }
    long bytes = checkpoint.tensors().values().stream().mapToLong(TensorInfo::bytes).sum();
    return counts.entrySet().stream()
            .map(count -> count.getValue() + " tensors " + count.getKey())
            .collect(Collectors.joining(", "))
        + ", "
        + bytes(bytes);
  }

  private static long parameters(Checkpoint checkpoint) {
    return checkpoint.tensors().values().stream().mapToLong(TensorInfo::elements).sum();
  }

  private static String memory(Checkpoint checkpoint, Precision precision) {
    int width = precision == Precision.F32 ? 4 : 2;
    ModelConfig config = checkpoint.config();
    long cachePerToken = 2L * config.layers() * config.keyValueHeads() * config.headSize() * width;
    return bytes(parameters(checkpoint) * width)
        + " of weights, "
        + bytes(cachePerToken * 1024)
        + " of cache per 1,024 tokens";
  }

  private static String sampling(GenerationDefaults defaults) {
    if (!defaults.sample().orElse(false)) {
      return "greedy";
    }
    return "temperature "
        + defaults.temperature().orElse(1)
        + ", top-k "
        + defaults.topK().orElse(0)
        + ", top-p "
        + defaults.topP().orElse(1)
        + ", repetition penalty "
        + defaults.repetitionPenalty().orElse(1);
  }

  private static String template(Checkpoint checkpoint) {
    try {
      return checkpoint
          .tokenizer()
          .chatTemplate()
          .map(text -> "its own, " + text.length() + " characters")
          .orElse("none of its own; a fallback is used");
    } catch (AuditException e) {
      return "no usable tokenizer: " + e.getMessage();
    }
  }

  private static String name(Precision precision) {
    return precision.name().toLowerCase(Locale.ROOT);
  }

  /** Bytes for people, in decimal units. */
  static String bytes(long bytes) {
    List<String> units = List.of("B", "kB", "MB", "GB", "TB");
    double value = bytes;
    int unit = 0;
    while (value >= 1000 && unit < units.size() - 1) {
      value /= 1000;
      unit++;
    }
    return unit == 0 ? bytes + " B" : String.format(Locale.ROOT, "%.1f %s", value, units.get(unit));
  }
}
