package org.codeaudit.job.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.codeaudit.model.Device;
import org.codeaudit.model.ModelFailure;
import org.codeaudit.model.PlacementRequest.Strategy;
import org.codeaudit.model.Precision;
import org.codeaudit.model.torch.DeviceTest;
import org.codeaudit.model.torch.DeviceTest.Agreement;
import org.codeaudit.model.torch.machine.FloorProbe;
import org.codeaudit.model.torch.machine.TorchInstallation;
import org.codeaudit.placement.Amount;

/** What a machine with GPUs must also have, and what small models compute on each of them. */
public final class GpuChecks {
  /** The most that a logit may be off in 32-bit floats; logits of the small models are about 1. */
  static final double F32_BOUND = 1e-3;

  /**
   * The same in bfloat16, whose numbers have 8 significant bits, at the median position: rounding
   * may send a token to other experts.
   */
  static final double BF16_BOUND = 0.15;

  private final Examination examination;

  public GpuChecks(Examination examination) {
    this.examination = examination;
  }

  /**
   * Makes all checks.
   *
   * @param libtorch whether there is one
   */
  public void run(boolean libtorch) {
    examination.check("driver of NVIDIA", () -> driver(Path.of("/proc/driver/nvidia/version")));
    if (!libtorch) {
      examination.check("cuda", () -> Diagnosis.failed("there is no libtorch", ""));
      return;
    }
    int[] devices = new int[1];
    boolean seen =
        examination.check(
            "cuda",
            () -> {
              TorchInstallation found = TorchInstallation.find();
              devices[0] = found.devices().orElse(0);
              return cuda(found, System.getenv());
            });
    if (!seen) {
      examination.skip("what small models compute", "no GPU is in sight");
      return;
    }
    for (Device device : IntStream.range(0, devices[0]).mapToObj(Device::gpu).toList()) {
      examination.check(
          device + " memory",
          () -> Diagnosis.ok(Amount.bytes(TorchInstallation.freeBytes(device)) + " free"));
      try {
        device(DeviceTest.of(device), device.toString());
      } catch (IOException | RuntimeException e) {
        // the other devices are still looked at
        examination.check(
            device + " self-test",
            () -> {
              throw e;
            });
      }
    }
  }

  static Diagnosis driver(Path version) throws IOException {
    if (!Files.isReadable(version)) {
      return Diagnosis.failed(
          version + " is not there",
          "install NVIDIA's driver on the node; a container needs NVIDIA's container toolkit");
    }
    return Diagnosis.ok(Files.readAllLines(version).get(0).replaceAll("\\s+", " "));
  }

  /** Whether libtorch was built for CUDA and sees a device; and if not, why. */
  static Diagnosis cuda(TorchInstallation found, Map<String, String> environment) {
    String named = environment.get("PYTORCH_LIBRARY_PATH");
    String from = found.folder().map(folder -> " in " + folder).orElse("");
    if (found.devices().isEmpty()) {
      return Diagnosis.failed(
          "this libtorch"
              + from
              + " is for processors only; PYTORCH_LIBRARY_PATH is "
              + (named == null ? "not set" : named),
          "set PYTORCH_LIBRARY_PATH to torch/lib of PyTorch 2.7.1 for CUDA 12, PYTORCH_VERSION=2.7.1"
              + " and PYTORCH_FLAVOR=cu128, and leave pytorch-native-cpu off the class path"
              + " (docs/gpus.md)");
    }
    int devices = found.devices().getAsInt();
    String visible = environment.getOrDefault("CUDA_VISIBLE_DEVICES", "not set");
    return Diagnosis.of(
        devices > 0,
        devices + " devices, CUDA_VISIBLE_DEVICES is " + visible,
        "see that nvidia-smi lists a GPU here, that CUDA_VISIBLE_DEVICES names one, and that the"
            + " driver is new enough for CUDA 12.8");
  }

  /** All checks of a device. */
  void device(DeviceTest test, String name) throws IOException {
    try (FloorProbe probe = test.floors()) {
      examination.check(
          name + " copies to it, pageable", () -> bytes(probe.copyBytesPerSecond(false)));
      examination.check(
          name + " copies to it, pinned", () -> bytes(probe.copyBytesPerSecond(true)));
      examination.check(name + " reads", () -> bytes(probe.readBytesPerSecond()));
      for (Precision precision : List.of(Precision.BF16, Precision.F16, Precision.F32)) {
        examination.check(
            name + " products " + precision,
            () ->
                Diagnosis.ok(
                    String.format(
                        Locale.ROOT, "%.2f TFLOP/s", probe.operationsPerSecond(precision) / 1e12)));
      }
    }
    try (TinyModels models = TinyModels.write()) {
      models(test, name, models);
    }
  }

  private void models(DeviceTest test, String name, TinyModels models) {
    Map<String, Path> kinds =
        Map.of(
            "dense", models.dense(), "experts", models.experts(), "recurrent", models.recurrent());
    for (String kind : List.of("dense", "experts", "recurrent")) {
      for (Precision precision : List.of(Precision.F32, Precision.BF16)) {
        examination.check(
            name + " " + kind + " " + precision,
            () -> agreement(test, kinds.get(kind), Strategy.GPU, precision));
      }
      for (Strategy strategy : List.of(Strategy.STREAMED, Strategy.HYBRID)) {
        examination.check(
            name + " " + kind + " " + strategy,
            () -> agreement(test, kinds.get(kind), strategy, Precision.F32));
      }
    }
    examination.check(name + " attention at once", () -> kernel(test, models.dense()));
    for (int sequences : new int[] {1, 16}) {
      examination.check(
          name + " step of " + sequences, () -> step(test, models.dense(), sequences));
    }
  }

  private static Diagnosis agreement(
      DeviceTest test, Path model, Strategy strategy, Precision precision) {
    Agreement found = test.compare(model, strategy, precision);
    boolean exact = precision == Precision.F32;
    double bound = exact ? F32_BOUND : BF16_BOUND;
    double error = exact ? found.largestError() : found.medianError();
    boolean same = found.sameTokens() == found.tokens() || !exact;
    return Diagnosis.of(
        error <= bound && same && Double.isFinite(found.largestError()),
        String.format(
            Locale.ROOT,
            "logits off by %.2g %s (bound %.2g), %d of %d tokens as on the processor",
            error,
            exact ? "at most" : "in the median",
            bound,
            found.sameTokens(),
            found.tokens()),
        "do not use this device: its kernels compute something else; see that driver and PyTorch"
            + " belong together, and report it with the output of --json");
  }

  /** A device without the kernel is still fit, only slower. */
  private static Diagnosis kernel(DeviceTest test, Path model) {
    double error;
    try {
      error = test.kernelError(model);
    } catch (ModelFailure e) {
      return Diagnosis.skipped("one by one: " + Examination.reason(e));
    }
    return Diagnosis.of(
        error <= DeviceTest.KERNEL_ERROR,
        String.format(
            Locale.ROOT, "off by %.2g at most (bound %.2g)", error, DeviceTest.KERNEL_ERROR),
        "sequences are attended one by one here, which is right and slow; report it with the output"
            + " of --json");
  }

  private static Diagnosis step(DeviceTest test, Path model, int sequences) {
    double seconds = test.stepSeconds(model, Precision.BF16, sequences);
    return Diagnosis.ok(
        String.format(
            Locale.ROOT,
            "%.2f ms for 2 layers in bf16, %.0f tokens/s",
            1000 * seconds,
            sequences / seconds));
  }

  private static Diagnosis bytes(double perSecond) {
    return Diagnosis.ok(String.format(Locale.ROOT, "%.1f GB/s", perSecond / 1e9));
  }
}
