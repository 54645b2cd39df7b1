package org.codeaudit.bench.throughput;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.codeaudit.job.chart.Drawing;
import org.codeaudit.job.chart.Drawing.Anchor;
import org.codeaudit.job.chart.Drawing.Point;

/**
 * A diagram: lines over a horizontal axis of powers of two and a vertical one from 0 on.
 *
 * @param left of its frame, in pixels
 * @param top of its frame
 * @param width of its frame
 * @param height of its frame
 * @param title above it
 * @param horizontal what the horizontal axis counts
 * @param curves at least one, with a point each
 */
record Panel(
    double left,
    double top,
    double width,
    double height,
    String title,
    String horizontal,
    List<Curve> curves) {
  private static final String GRID = "#dddddd";
  private static final String AXIS = "#444444";
  private static final int SMALL = 12;

  /** Lines of the grid above 0, about. */
  private static final int LINES = 5;

  /**
   * A line with its points.
   *
   * @param name in the legend; empty for none
   * @param color {@code #rrggbb}
   * @param points the power of two, and the value over it
   */
  record Curve(String name, String color, List<Point> points) {}

  void draw(Drawing drawing) {
    drawing.text(new Point(left, top - 14), title, Anchor.START, 14);
    double highest = drawGrid(drawing);
    for (Curve curve : curves) {
      List<Point> places =
          curve.points().stream()
              .map(point -> new Point(x(point.x()), y(point.y(), highest)))
              .toList();
      drawing.line(places, curve.color(), 2);
      places.forEach(place -> drawing.disc(place, 3.5, curve.color()));
    }
    legend(drawing);
  }

  /** Returns the value at the upper edge. */
  private double drawGrid(Drawing drawing) {
    double most = points().stream().mapToDouble(Point::y).max().orElseThrow();
    double step = round(most / LINES);
    double highest = step * Math.ceil(most * 1.02 / step);
    for (int i = 0; i * step <= highest * 1.0001; i++) {
      double y = y(i * step, highest);
      String color = i == 0 ? AXIS : GRID;
      drawing.line(List.of(new Point(left, y), new Point(left + width, y)), color, 1);
      drawing.text(new Point(left - 8, y + 4), number(i * step), Anchor.END, SMALL);
    }
    IntStream.rangeClosed((int) Math.ceil(lowest()), (int) largest())
        .forEach(
            power -> {
              double x = x(power);
              drawing.line(List.of(new Point(x, top), new Point(x, top + height)), GRID, 1);
              drawing.text(
                  new Point(x, top + height + 18),
                  String.valueOf(1 << power),
                  Anchor.MIDDLE,
                  SMALL);
            });
    drawing.text(
        new Point(left + width / 2, top + height + 40), horizontal, Anchor.MIDDLE, SMALL + 1);
    return highest;
  }

  private void legend(Drawing drawing) {
    double y = top + 16;
    for (Curve curve : curves) {
      if (!curve.name().isEmpty()) {
        List<Point> sample = List.of(new Point(left + 12, y), new Point(left + 34, y));
        drawing.line(sample, curve.color(), 2);
        drawing.disc(new Point(left + 23, y), 3.5, curve.color());
        drawing.text(new Point(left + 42, y + 4), curve.name(), Anchor.START, SMALL);
        y += 18;
      }
    }
  }

  private List<Point> points() {
    List<Point> all = new ArrayList<>();
    curves.forEach(curve -> all.addAll(curve.points()));
    return all;
  }

  private double lowest() {
    return points().stream().mapToDouble(Point::x).min().orElseThrow();
  }

  private double largest() {
    return points().stream().mapToDouble(Point::x).max().orElseThrow();
  }

  private double x(double power) {
    double span = largest() - lowest();
    double margin = width / 16;
    return span == 0
        ? left + width / 2
        : left + margin + (power - lowest()) / span * (width - 2 * margin);
  }

  private double y(double value, double highest) {
    return top + height * (1 - value / highest);
  }

  /** The next of 1, 2, 2.5, 5, 10 times a power of ten. */
  private static double round(double value) {
    double power = Math.pow(10, Math.floor(Math.log10(value)));
    for (double factor : new double[] {1, 2, 2.5, 5}) {
      if (value <= factor * power) {
        return factor * power;
      }
    }
    return 10 * power;
  }

  private static String number(double value) {
    return value == Math.rint(value)
        ? String.format(Locale.ROOT, "%,.0f", value)
        : String.valueOf(value);
  }
}
