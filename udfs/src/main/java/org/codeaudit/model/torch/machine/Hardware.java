package org.codeaudit.model.torch.machine;

import java.util.function.Function;
import java.util.function.LongSupplier;
import org.codeaudit.model.Device;

/**
 * What loading needs to know of the machine.
 *
 * @param names what libtorch calls a device
 * @param freeMemory bytes the system can give without swapping, now
 */
public record Hardware(Function<Device, String> names, LongSupplier freeMemory) {
  /** The machine of this process. */
  public static final Hardware OF_PROCESS = new Hardware(Device::toString, ThisMachine::freeMemory);
}
