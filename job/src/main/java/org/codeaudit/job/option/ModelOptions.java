package org.codeaudit.job.option;

import java.nio.file.Files;
import java.nio.file.Path;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.fetch.ModelFetcher;
import org.codeaudit.fetch.ModelReference;
import org.codeaudit.fetch.NamedModels;
import org.codeaudit.model.Arithmetic;
import org.codeaudit.model.CacheType;
import org.codeaudit.model.DeviceRequest;
import org.codeaudit.model.DeviceRequest.Wish;
import org.codeaudit.model.ModelSettings;
import org.codeaudit.model.PlacementRequest;
import org.codeaudit.model.PlacementRequest.Strategy;
import org.codeaudit.model.Precision;
import picocli.CommandLine.Option;

/** Which model, and how it is loaded. */
public final class ModelOptions {
  private static final int MOST_THREADS = 1024;

  @Option(
      names = "--model",
      paramLabel = "M",
      description =
          "qwen2.5-coder-1.5b, qwen2.5-coder-0.5b, smollm2 or 'default' (one of these);"
              + " hf:organisation/name[@revision][:file.gguf]; or the URI of a folder in a Hadoop file"
              + " system (hdfs:, s3a:, ...): each machine fetches it once. Or a Hugging Face folder, a"
              + " GGUF file or the name of one in the models folder; executors must see the same path.")
  public String model = NamedModels.DEFAULT;

  @Option(
      names = "--precision",
      paramLabel = "P",
      description =
          "How weights are kept: ${COMPLETION-CANDIDATES}; default bf16. What a checkpoint holds"
              + " quantised stays so, but with f32.")
  public Precision precision = Precision.BF16;

  @Option(
      names = "--arithmetic",
      paramLabel = "A",
      description =
          "How precisely a processor multiplies: exact (activations stay 32-bit floats: the same"
              + " answers on every machine), rounded (to bfloat16 with bf16, to 8 bits with int8) or"
              + " auto (what is fast: bf16 is rounded with AMX alone, int8 always); default auto.")
  Arithmetic arithmetic = Arithmetic.AUTO;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads of one model step on a CPU; default one per processor.")
  int threads;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "The most sequences that run at once in an executor; default ${DEFAULT-VALUE}.")
  public int batch = 16;

  @Option(
      names = "--cache-tokens",
      paramLabel = "N",
      description = "Positions of key-value cache over all sequences; default from free memory.")
  int cacheTokens;

  @Option(
      names = "--kv-cache-dtype",
      paramLabel = "T",
      description =
          "What the key-value cache holds: auto (32-bit floats on a CPU, the precision's on a GPU)"
              + " or int8, with which two to four times as many positions fit; default auto.")
  public CacheType cacheType = CacheType.AUTO;

  @Option(
      names = "--device",
      paramLabel = "D",
      description =
          "Where the model runs: auto (a GPU if the executor has one, else the CPU), cpu or gpu;"
              + " default ${DEFAULT-VALUE}.")
  Wish device = Wish.AUTO;

  @Option(
      names = "--require-gpu",
      description = "Fail rather than run on the CPU; the same as --device gpu.")
  boolean requireGpu;

  @Option(
      names = "--placement",
      paramLabel = "S",
      description =
          "How the model is spread over the executor's devices: ${COMPLETION-CANDIDATES}; default"
              + " auto, the fastest that fits. 'audit model M' shows the plan.")
  Strategy placement = Strategy.AUTO;

  @Option(
      names = "--gpu-memory",
      paramLabel = "SIZE",
      converter = SizeConverter.class,
      description = "The most memory to use of each GPU, e.g. 14 (gigabytes), 14GiB; default all.")
  long gpuMemory;

  @Option(
      names = "--cpu-memory",
      paramLabel = "SIZE",
      converter = SizeConverter.class,
      description = "The most memory to use on the CPU's side, likewise; default what is free.")
  long cpuMemory;

  /**
   * What {@code --model} refers to, in a form that every executor understands: an absolute path or
   * a pinned reference.
   *
   * @param fetcher asks the stores of models that lie elsewhere
   */
  public ModelReference reference(ModelFetcher fetcher) {
    ModelReference reference = ModelReference.parse(model);
    return reference instanceof ModelReference.Local local
        ? new ModelReference.Local(path(local.path()))
        : fetcher.pin(reference);
  }

  private Path path(Path given) {
    Path folder = ModelFetcher.modelsFolder();
    for (Path candidate : new Path[] {given, folder.resolve(given)}) {
      if (Files.exists(candidate)) {
        return candidate.toAbsolutePath().normalize();
      }
    }
    String hub = model.matches("[\\w.-]+/[\\w.-]+") ? ", hf:" + model + " to fetch it" : "";
    throw new AuditException(
        ErrorClass.MODEL_NOT_FOUND,
        "There is no model " + model,
        given.isAbsolute()
            ? given + " does not exist"
            : "Neither " + given.toAbsolutePath() + " nor " + folder.resolve(given) + " exists",
        "Pass a Hugging Face folder or a GGUF file"
            + hub
            + ", one of the names "
            + String.join(", ", NamedModels.known().names())
            + ", or leave --model out for the default model");
  }

  /** The settings that travel to the executors. */
  public ModelSettings settings(ModelFetcher fetcher) {
    check();
    return settings(reference(fetcher));
  }

  /** The settings for a model that is known. */
  public ModelSettings settings(ModelReference reference) {
    return new ModelSettings(
        reference.toString(),
        precision,
        cacheTokens,
        threads,
        DeviceRequest.of(wish()),
        new PlacementRequest(placement, gpuMemory, cpuMemory),
        cacheType,
        arithmetic);
  }

  /**
   * Checks the numbers.
   *
   * @throws AuditException {@code OPTION}
   */
  public void check() {
    // If the system refuses to create a thread, libtorch ends the JVM.
    if (threads < 0 || threads > MOST_THREADS || batch < 1 || cacheTokens < 0) {
      throw new AuditException(
          ErrorClass.OPTION,
          "Cannot load a model with --threads "
              + threads
              + " --batch "
              + batch
              + " --cache-tokens "
              + cacheTokens,
          "--batch must be at least 1, --threads 0 to "
              + MOST_THREADS
              + " and --cache-tokens at least 0",
          "Correct the option");
    }
  }

  private Wish wish() {
    if (requireGpu && device == Wish.CPU) {
      throw new AuditException(
          ErrorClass.OPTION,
          "Cannot load a model with --device cpu --require-gpu",
          "they contradict each other",
          "Leave one of them out");
    }
    return requireGpu ? Wish.GPU : device;
  }
}
