package org.codeaudit.job.eval.report;

import java.util.List;
import java.util.stream.DoubleStream;
import org.codeaudit.job.chart.Drawing;
import org.codeaudit.job.chart.Drawing.Anchor;
import org.codeaudit.job.chart.Drawing.Point;

/**
 * A diagram with a share of 0 to 1 upwards.
 *
 * @param left of its frame, in pixels
 * @param top of its frame
 * @param size of its frame either way
 * @param title above it
 * @param horizontal what the horizontal axis is
 * @param most where the horizontal axis ends; it begins at 0
 * @param diagonal whether a line joins the two corners at which both axes say the same
 * @param curves lines with points
 */
record RatePanel(
    double left,
    double top,
    double size,
    String title,
    String horizontal,
    double most,
    boolean diagonal,
    List<Curve> curves) {
  private static final String GRID = "#dddddd";
  private static final String AXIS = "#444444";
  private static final int SMALL = 12;

  /**
   * A line with its points.
   *
   * @param dots in their order
   */
  record Curve(String color, List<Dot> dots) {}

  /**
   * A point of a curve.
   *
   * @param radius in pixels
   */
  record Dot(double x, double y, double radius) {}

  void draw(Drawing drawing) {
    drawing.text(new Point(left, top - 14), title, Anchor.START, 14);
    DoubleStream.iterate(0, step -> step <= 4, step -> step + 1)
        .map(step -> step / 4)
        .forEach(share -> grid(drawing, share));
    drawing.text(new Point(left + size / 2, top + size + 38), horizontal, Anchor.MIDDLE, SMALL + 1);
    if (diagonal) {
      drawing.line(List.of(place(0, 0), place(most, 1)), "#999999", 1);
    }
    for (Curve curve : curves) {
      List<Point> points = curve.dots().stream().map(dot -> place(dot.x(), dot.y())).toList();
      if (!points.isEmpty()) {
        drawing.line(points, curve.color(), 2);
      }
      curve
          .dots()
          .forEach(dot -> drawing.disc(place(dot.x(), dot.y()), dot.radius(), curve.color()));
    }
  }

  private void grid(Drawing drawing, double share) {
    double y = top + size * (1 - share);
    double x = left + size * share;
    String color = share == 0 ? AXIS : GRID;
    drawing.line(List.of(new Point(left, y), new Point(left + size, y)), color, 1);
    drawing.line(List.of(new Point(x, top), new Point(x, top + size)), color, 1);
    drawing.text(new Point(left - 8, y + 4), Numbers.decimals(2, share), Anchor.END, SMALL);
    drawing.text(
        new Point(x, top + size + 18), Numbers.decimals(2, share * most), Anchor.MIDDLE, SMALL);
  }

  private Point place(double x, double y) {
    return new Point(left + size * Math.min(1, x / most), top + size * (1 - y));
  }
}
