package org.codeaudit.job.calibrate;

import java.util.ArrayList;
import java.util.List;
import org.codeaudit.check.Curve;

/** How well curves tell what they were not fitted to. */
final class HeldOut {
  private static final int PARTS = 8;

  private HeldOut() {}

  /**
   * The mean negative log likelihood, in nats, of observations by curves that were fitted without
   * their pair: cross-validation in eight parts. Infinite where a part leaves nothing to fit to.
   */
  static double loss(List<String> names, List<Observation> observations) {
    List<String> pairs = observations.stream().map(Observation::pair).distinct().sorted().toList();
    double loss = 0;
    for (int part = 0; part < PARTS; part++) {
      List<Observation> in = new ArrayList<>();
      List<Observation> out = new ArrayList<>();
      for (Observation one : observations) {
        (pairs.indexOf(one.pair()) % PARTS == part ? out : in).add(one);
      }
      if (out.isEmpty()) {
        continue;
      }
      try {
        loss += loss(CurveFit.of(names, in), out);
      } catch (IllegalArgumentException nothingToTell) {
        return Double.POSITIVE_INFINITY;
      }
    }
    return loss / observations.size();
  }

  private static double loss(Curve curve, List<Observation> observations) {
    return observations.stream()
        .mapToDouble(
            one -> {
              double probability = curve.probability(one.check(), one.observed());
              return -Math.log(one.holds() ? probability : 1 - probability);
            })
        .sum();
  }
}
