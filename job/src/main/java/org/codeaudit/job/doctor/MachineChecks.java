package org.codeaudit.job.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.launcher.JavaModuleOptions;
import org.codeaudit.model.Arithmetic;
import org.codeaudit.model.DeviceRequest;
import org.codeaudit.model.DeviceRequest.Wish;
import org.codeaudit.model.Precision;
import org.codeaudit.model.torch.machine.FloorProbe;
import org.codeaudit.model.torch.machine.ThisMachine;
import org.codeaudit.model.torch.machine.TorchInstallation;
import org.codeaudit.placement.Amount;
import org.codeaudit.placement.weight.Instructions;
import org.codeaudit.placement.weight.ProcessorKernels;

/** What every machine must have: Java, memory, disk, libtorch and a processor that computes. */
public final class MachineChecks {
  private static final int JAVA = 17;
  private static final long LEAST_MEMORY = 2_000_000_000L;
  private static final long LEAST_DISK = 2_000_000_000L;

  private final Examination examination;
  private final Map<String, Path> folders;

  /**
   * @param folders that files are kept in, by what they are for
   */
  public MachineChecks(Examination examination, Map<String, Path> folders) {
    this.examination = examination;
    this.folders = Map.copyOf(folders);
  }

  /** Makes all checks; returns whether libtorch is there. */
  public boolean run() {
    examination.check("java", MachineChecks::java);
    examination.check("java modules", MachineChecks::modules);
    examination.check("processors", MachineChecks::processors);
    examination.check("memory", MachineChecks::memory);
    folders.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(
            folder ->
                examination.check("disk for " + folder.getKey(), () -> disk(folder.getValue())));
    boolean libtorch = examination.check("libtorch", MachineChecks::libtorch);
    if (libtorch) {
      examination.check("floors of the processor", MachineChecks::floors);
      examination.check(
          "same answers",
          () -> {
            try (TinyModels models = TinyModels.write()) {
              return SameAnswers.of(models.dense());
            }
          });
    } else {
      examination.skip("floors of the processor", "there is no libtorch");
      examination.skip("same answers", "there is no libtorch");
    }
    return libtorch;
  }

  private static Diagnosis java() {
    int version = Runtime.version().feature();
    return Diagnosis.of(
        version >= JAVA,
        Runtime.version() + ", heap of at most " + Amount.bytes(Runtime.getRuntime().maxMemory()),
        "run on JDK 17: Spark and this project are tried with it");
  }

  /** What Spark reaches into has to be opened to it on the command line. */
  private static Diagnosis modules() {
    List<String> options =
        Arrays.stream(JavaModuleOptions.defaultModuleOptionArray())
            .filter(option -> option.startsWith("--add-opens=java.base/"))
            .toList();
    String closed = options.stream().filter(MachineChecks::closed).collect(Collectors.joining(" "));
    return closed.isEmpty()
        ? Diagnosis.ok(options.size() + " packages are open to Spark")
        : Diagnosis.failed("closed to Spark", "start Java with " + closed);
  }

  private static boolean closed(String option) {
    String name = option.substring(option.indexOf('/') + 1, option.lastIndexOf('='));
    Module base = Object.class.getModule();
    return base.getPackages().contains(name) && !base.isOpen(name, MachineChecks.class.getModule());
  }

  private static Diagnosis processors() {
    List<String> flags = Instructions.flags();
    String kinds =
        Stream.of("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "amx_bf16", "amx_int8")
            .filter(flags::contains)
            .collect(Collectors.joining(", "));
    boolean fast = flags.isEmpty() || flags.contains("avx2");
    return Diagnosis.of(
        fast,
        Runtime.getRuntime().availableProcessors()
            + " for this process"
            + (kinds.isEmpty() ? "" : ", with " + kinds)
            + "; arithmetic: "
            + arithmetic(Precision.BF16)
            + " with bf16, "
            + arithmetic(Precision.INT8)
            + " with int8",
        "kernels of 16-bit floats and integers want AVX2");
  }

  /** What the processor multiplies with if nothing else is asked for. */
  private static String arithmetic(Precision precision) {
    return ProcessorKernels.of(Arithmetic.AUTO, precision, false, Instructions.ofProcess())
        .rounding();
  }

  /** Free, containers' limits counted. */
  private static Diagnosis memory() {
    long free = ThisMachine.of(DeviceRequest.of(Wish.CPU)).freeMemory();
    return Diagnosis.of(
        free >= LEAST_MEMORY,
        Amount.bytes(free) + " free for this process, limits of a container counted",
        "the default model takes 1 GB beside the heap: free some, or raise the container's limit");
  }

  private static Diagnosis disk(Path folder) throws IOException {
    Path there = folder.toAbsolutePath();
    while (!Files.exists(there)) {
      there = there.getParent();
    }
    if (!Files.isWritable(there)) {
      return Diagnosis.failed(
          there + " cannot be written", "name another folder (docs/models.md) or change its owner");
    }
    long free = Files.getFileStore(there).getUsableSpace();
    return Diagnosis.of(
        free >= LEAST_DISK,
        Amount.bytes(free) + " free in " + folder,
        "models and packed weights are kept there: free some, or name another folder"
            + " (docs/models.md)");
  }

  private static Diagnosis libtorch() {
    TorchInstallation found = TorchInstallation.find();
    return Diagnosis.ok(
        found.version()
            + (found.devices().isPresent() ? " with CUDA" : " for processors")
            + found.folder().map(folder -> ", from " + folder).orElse(""));
  }

  private static Diagnosis floors() {
    try (FloorProbe probe = FloorProbe.of("cpu", Runtime.getRuntime().availableProcessors())) {
      return Diagnosis.ok(probe.floors().text());
    }
  }
}
