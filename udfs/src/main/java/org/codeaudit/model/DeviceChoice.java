package org.codeaudit.model;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.model.DeviceRequest.Wish;

/**
 * Decides which device a model is on.
 *
 * <p>CUDA counts the devices a process sees from 0, whatever they are called outside. An address
 * that Spark assigned becomes such an index by these rules, in this order:
 *
 * <ol>
 *   <li>With {@code CUDA_VISIBLE_DEVICES} set, it is the address's place in that list. Names
 *       ({@code GPU-…}, {@code MIG-…}) may be shortened there, as CUDA allows.
 *   <li>Without it, a number is the index itself.
 *   <li>What has no place by these rules is the only device in sight, if there is one only: a
 *       container shows its one GPU as 0, whatever the node calls it. But if the list names another
 *       device of the same kind (number, GPU, MIG), the assignment is contradicted.
 *   <li>Everything else is refused: a guess could put two models on one GPU.
 * </ol>
 *
 * @param device where the model goes
 * @param reason one line for the log
 */
public record DeviceChoice(Device device, String reason) {

  /**
   * What this process sees.
   *
   * @param devices how many CUDA devices libtorch sees; empty if it was built without CUDA
   * @param visible the environment's {@code CUDA_VISIBLE_DEVICES}
   */
  public record Sight(OptionalInt devices, Optional<String> visible) {
    private List<String> list() {
      return visible.map(names -> List.of(names.strip().split("\\s*,\\s*"))).orElse(List.of());
    }

    private String text() {
      if (devices.isEmpty()) {
        return "this libtorch has no CUDA (CPU build)";
      }
      int count = devices.getAsInt();
      String shown =
          count == 0 ? "no CUDA device" : count + " CUDA device" + (count > 1 ? "s" : "");
      return "libtorch sees "
          + shown
          + visible.map(names -> " (CUDA_VISIBLE_DEVICES=" + names + ")").orElse("");
    }
  }

  /**
   * The device for a request.
   *
   * @param look finds out what this process sees; not called if the CPU is asked for
   * @throws AuditException {@code GPU_REQUIRED} if a GPU is insisted on and none is in sight;
   *     {@code GPU_ADDRESS} if the assigned one is not among those in sight
   */
  public static DeviceChoice of(DeviceRequest request, Supplier<Sight> look) {
    if (request.wish() == Wish.CPU) {
      return new DeviceChoice(Device.CPU, "The model runs on the CPU, as asked for");
    }
    Sight sight = look.get();
    Optional<String> address = request.assigned().stream().map(String::strip).findFirst();
    String found =
        address.map(name -> "Spark assigned GPU " + name).orElse("Spark assigned no GPU")
            + ", and "
            + sight.text();
    if (sight.devices().orElse(0) == 0) {
      if (request.wish() == Wish.GPU) {
        throw new AuditException(
            ErrorClass.GPU_REQUIRED,
            "The model cannot be loaded on a GPU, which --require-gpu insists on",
            found,
            "See docs/gpus.md for what a GPU node needs, or leave --require-gpu out to use the CPU");
      }
      return new DeviceChoice(
          Device.CPU, found + ": the model runs on the CPU; --require-gpu refuses that");
    }
    int index = address.map(name -> index(name, sight, found)).orElse(0);
    return new DeviceChoice(
        Device.gpu(index),
        found + ": the model runs on cuda:" + index + caution(address.orElse(""), sight));
  }

  private static int index(String address, Sight sight, String found) {
    List<String> visible = sight.list();
    int count = sight.devices().getAsInt();
    OptionalInt place = sight.visible().isPresent() ? place(address, visible) : number(address);
    if (place.isPresent() && place.getAsInt() < count) {
      return place.getAsInt();
    }
    boolean contradicted = visible.stream().anyMatch(name -> kind(name).equals(kind(address)));
    if (count == 1 && !contradicted) {
      return 0;
    }
    throw new AuditException(
        ErrorClass.GPU_ADDRESS,
        "The GPU that Spark assigned cannot be told among those this process sees",
        found,
        "Let spark.executor.resource.gpu.discoveryScript name GPUs as conf/gpus.sh does, in the"
            + " same environment as the executors; see docs/gpus.md");
  }

  /**
   * CUDA shows a process that is told nothing the first MIG instance of the node, and only that.
   */
  private static String caution(String address, Sight sight) {
    boolean first = kind(address).equals("MIG-") && sight.visible().isEmpty();
    return first
        ? " (unless a container shows this executor its own MIG instance alone, start it with"
            + " CUDA_VISIBLE_DEVICES="
            + address
            + ")"
        : "";
  }

  private static OptionalInt place(String address, List<String> visible) {
    for (int i = 0; i < visible.size(); i++) {
      String name = visible.get(i);
      // a name may be shortened as long as it is unique
      boolean shortened = !kind(name).isEmpty() && address.startsWith(name);
      if (name.equals(address) || shortened) {
        return OptionalInt.of(i);
      }
    }
    return OptionalInt.empty();
  }

  private static OptionalInt number(String address) {
    return address.matches("\\d{1,4}")
        ? OptionalInt.of(Integer.parseInt(address))
        : OptionalInt.empty();
  }

  /** What an address is: {@code GPU-}, {@code MIG-}, or empty for a number. */
  private static String kind(String address) {
    return address.matches("[A-Z]{3}-.*") ? address.substring(0, 4) : "";
  }
}
