package org.codeaudit.model.torch;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.codeaudit.checkpoint.ModelConfig;
import org.codeaudit.model.Device;
import org.codeaudit.model.ModelSettings;
import org.codeaudit.model.PlacementRequest.Strategy;
import org.codeaudit.placement.PlacementPlan;
import org.codeaudit.placement.PlacementPlan.LayerPlace;
import org.codeaudit.placement.PlacementPlan.Residence;

/** The plan that puts everything on one device. */
final class OneDevice {
  private OneDevice() {}

  static PlacementPlan plan(ModelConfig config, ModelSettings settings, Device device) {
    MatrixPlace place = MatrixPlace.of(device, settings.precision(), Residence.HELD);
    List<LayerPlace> layers =
        Collections.nCopies(config.layers(), new LayerPlace(device, device, Residence.HELD));
    boolean cpu = device.equals(Device.CPU);
    int positions = CacheSize.positions(config, settings, place.cache());
    return new PlacementPlan(
        cpu ? Strategy.CPU : Strategy.GPU,
        settings.precision(),
        device,
        layers,
        device,
        positions,
        0,
        Map.of(),
        "Everything is on " + device);
  }
}
