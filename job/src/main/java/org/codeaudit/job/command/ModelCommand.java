package org.codeaudit.job.command;

import java.io.PrintWriter;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.codeaudit.checkpoint.Checkpoint;
import org.codeaudit.checkpoint.config.GenerationDefaults;
import org.codeaudit.checkpoint.config.ModelConfig;
import org.codeaudit.checkpoint.config.ModelConfig.LongRopeScaling;
import org.codeaudit.checkpoint.tensor.TensorInfo;
import org.codeaudit.checkpoint.tensor.TensorType;
import org.codeaudit.fetch.ModelFetcher;
import org.codeaudit.fetch.ModelReference;
import org.codeaudit.job.option.ModelOptions;
import org.codeaudit.job.option.SparkOptions;
import org.codeaudit.model.Precision;
import org.codeaudit.model.torch.machine.ThisMachine;
import org.codeaudit.placement.Amount;
import org.codeaudit.placement.PlacementPlan;
import org.codeaudit.placement.StepSize;
import org.codeaudit.placement.weight.Footprint;
import org.codeaudit.placement.weight.ProcessorKernels;
import org.codeaudit.token.PromptTrial;
import org.codeaudit.token.PromptTrial.Conversation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code audit model}: what is in a checkpoint, and where it would go on this machine. */
@Command(
    name = "model",
    mixinStandardHelpOptions = true,
    description = {
      "Shows what is in a checkpoint, how much memory it needs and how it would be placed on this"
          + " machine. A model that lies elsewhere is fetched first."
    })
public final class ModelCommand implements Callable<Integer> {
  @Parameters(arity = "0..1", paramLabel = "M", description = "The same as --model M.")
  String model;

  @Mixin ModelOptions options;

  @Option(
      names = "--quiet",
      description = "Only the model, its memory, the arithmetic and the plan.")
  boolean quiet;

  @Option(
      names = "--conf",
      paramLabel = "KEY=VALUE",
      description =
          "A Spark setting that a file system needs, e.g. spark.hadoop.fs.s3a.endpoint=...")
  Map<String, String> settings = new LinkedHashMap<>();

  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    options.model = model == null ? options.model : model;
    options.check();
    ModelFetcher fetcher = ModelFetcher.of(() -> new SparkOptions().with(settings).conf());
    ModelReference reference = options.reference(fetcher);
    // The whole model, as this command also serves to fill a machine's folder of models in
    // advance.
    try (Checkpoint checkpoint = fetcher.local(reference).open()) {
      PrintWriter out = spec.commandLine().getOut();
      line(out, "Model", reference);
      print(checkpoint, out);
      out.flush();
      PromptTrial trial = PromptTrial.of(checkpoint, reference.toString(), false);
      trial.require(EnumSet.allOf(Conversation.class));
      if (!quiet) {
        printUse(checkpoint, trial, out);
      }
      Footprint footprint = Footprint.of(checkpoint);
      PlacementPlan plan = plan(reference, footprint);
      line(out, "Arithmetic", arithmetic(plan));
      line(out, "Plan", plan.explanation());
      out.flush();
    }
    return ExitCode.OK;
  }

  /** The plan for this machine, by the memory that is free now. */
  private PlacementPlan plan(ModelReference reference, Footprint footprint) {
    return ThisMachine.plan(
        footprint, options.settings(reference), StepSize.ofBatch(options.batch));
  }

  private static String arithmetic(PlacementPlan plan) {
    String rounding = plan.kernels().rounding();
    return plan.kernels().equals(ProcessorKernels.EXACT)
        ? "exact on the processor: activations are 32-bit floats"
        : rounding
            + " on the processor: activations are rounded to it; --arithmetic exact keeps them";
  }

  private void print(Checkpoint checkpoint, PrintWriter out) {
    if (!quiet) {
      describe(checkpoint, out);
    }
    Footprint footprint = Footprint.of(checkpoint);
    List<Precision> precisions = quiet ? List.of(options.precision) : List.of(Precision.values());
    for (Precision precision : precisions) {
      line(out, "Memory " + precision, memory(footprint, precision));
    }
  }

  private static void printUse(Checkpoint checkpoint, PromptTrial trial, PrintWriter out) {
    GenerationDefaults defaults = checkpoint.generationDefaults();
    line(out, "Sampling", sampling(defaults));
    line(out, "End tokens", defaults.endTokens());
    line(out, "Template", template(checkpoint, trial));
    line(out, "Revision", checkpoint.revision());
  }

  private static void describe(Checkpoint checkpoint, PrintWriter out) {
    ModelConfig config = checkpoint.config();
    line(out, "Path", checkpoint.path());
    line(out, "Format", checkpoint.format() + ", " + storedTypes(checkpoint));
    line(out, "Family", config.family().name().toLowerCase(Locale.ROOT));
    line(out, "Parameters", Amount.number(Footprint.of(checkpoint).parameters()));
    line(out, "Layers", layers(config));
    line(out, "Attention", attention(config));
    line(out, "Vocabulary", config.vocabularySize() + (config.tiedEmbeddings() ? ", tied" : ""));
    line(out, "Context", config.contextLength() + " tokens" + context(config));
  }

  /** Why the context is shorter than the checkpoint says. */
  private static String context(ModelConfig config) {
    return config.ropeScaling().orElse(null) instanceof LongRopeScaling longrope
            && config.contextLength() == longrope.originalContextLength()
        ? ", for which longrope has its short factors"
        : "";
  }

  private static String layers(ModelConfig config) {
    String experts =
        config
            .experts()
            .map(
                some ->
                    some.count()
                        + " experts of width "
                        + some.intermediateSize()
                        + ", "
                        + some.perToken()
                        + " for each token")
            .orElse("feed-forward " + config.intermediateSize());
    return config.layers() + " of width " + config.hiddenSize() + ", " + experts;
  }

  private static String attention(ModelConfig config) {
    int linear = config.layers() - config.cachedLayers();
    return config.attentionHeads()
        + " query heads, "
        + config.keyValueHeads()
        + " key-value heads of size "
        + config.headSize()
        + (linear > 0 ? "; linear attention in " + linear + " layers" : "");
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
        + Amount.bytes(bytes);
  }

  private String memory(Footprint footprint, Precision precision) {
    int width = precision == Precision.F32 ? 4 : 2;
    long states =
        IntStream.range(0, footprint.layers().size()).mapToLong(footprint::statePerSequence).sum();
    return Amount.bytes(footprint.weightBytes(precision))
        + " of weights, "
        + Amount.bytes(1024 * footprint.cachePerPosition(options.cacheType, width))
        + " of cache per 1,024 tokens"
        + (states > 0 ? ", " + Amount.bytes(states) + " of state per sequence" : "");
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

  private static String template(Checkpoint checkpoint, PromptTrial trial) {
    String template =
        checkpoint
            .tokenizer()
            .chatTemplate()
            .map(text -> "its own, " + text.length() + " characters")
            .orElse("none of its own; a fallback is used");
    return template
        + (trial.takes(Conversation.INSTRUCTED)
            ? ""
            : "; takes no system message, which every review has")
        + (trial.turnsCanBeImitated()
            ? "; marks turns by text, which code under review can imitate"
            : "");
  }
}
