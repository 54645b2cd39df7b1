package org.codeaudit.model;

import java.io.Serializable;
import java.util.List;
import java.util.Locale;

/**
 * Which device a model should use: what the user asked for and what the cluster assigned. An
 * executor decides on a {@link Device} when it loads the model ({@link DeviceChoice}).
 *
 * @param wish what the user asked for
 * @param assigned addresses of the GPUs that Spark gave the task, as the discovery script names
 *     them: indices, {@code GPU-…} or {@code MIG-…}; none outside a cluster
 */
public record DeviceRequest(Wish wish, List<String> assigned) implements Serializable {

  /** What a user asks for. */
  public enum Wish {
    /** A GPU if there is one, else the CPU. */
    AUTO,
    /** The CPU, whatever there is. */
    CPU,
    /** A GPU or nothing. */
    GPU;

    /** As it is written on the command line. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public DeviceRequest {
    assigned = List.copyOf(assigned);
  }

  /** A wish without assigned GPUs. */
  public static DeviceRequest of(Wish wish) {
    return new DeviceRequest(wish, List.of());
  }
}
