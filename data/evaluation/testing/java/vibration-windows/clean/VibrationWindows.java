package org.bridgesensors.analysis;

import java.util.Arrays;

/** Sliding windows over the samples of a vibration sensor. */
public final class VibrationWindows {
  private final double[] samples;
  private final int width;

  /** Windows of {@code width} samples, each one sample after the other. */
  public VibrationWindows(double[] samples, int width) {
    if (width < 1 || width > samples.length) {
      throw new IllegalArgumentException(
          "A window needs 1 to " + samples.length + " samples: " + width);
    }
    this.samples = samples.clone();
    this.width = width;
  }

  public int count() {
    return samples.length - width + 1;
  }

  /** The mean of each window, in the order of their starts. */
  public double[] means() {
    double[] means = new double[count()];
    for (int start = 0; start + width <= samples.length; start++) {
      double sum = 0;
      for (int i = start; i < start + width; i++) {
        sum += samples[i];
      }
      means[start] = sum / width;
    }
    return means;
  }

  /** The widest span between the lowest and the highest sample of one window. */
  public double widestSpan() {
    double widest = 0;
    for (int start = 0; start <= samples.length - width; start++) {
      double[] window = Arrays.copyOfRange(samples, start, start + width);
      Arrays.sort(window);
      widest = Math.max(widest, window[width - 1] - window[0]);
    }
    return widest;
  }
}
