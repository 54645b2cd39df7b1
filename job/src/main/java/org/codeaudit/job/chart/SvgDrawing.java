package org.codeaudit.job.chart;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A picture as SVG text. */
public final class SvgDrawing implements Drawing {
  private static final String FONT = "Helvetica, Arial, 'DejaVu Sans', sans-serif";

  private final StringBuilder elements = new StringBuilder();
  private final int width;
  private final int height;

  public SvgDrawing(int width, int height) {
    this.width = width;
    this.height = height;
  }

  @Override
  public void line(List<Point> points, String color, double lineWidth) {
    String path =
        points.stream()
            .map(point -> number(point.x()) + "," + number(point.y()))
            .collect(Collectors.joining(" "));
    element(
        "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"%s\"/>",
        path, color, number(lineWidth));
  }

  @Override
  public void disc(Point center, double radius, String color) {
    element(
        "<circle cx=\"%s\" cy=\"%s\" r=\"%s\" fill=\"%s\"/>",
        number(center.x()), number(center.y()), number(radius), color);
  }

  @Override
  public void rectangle(Point corner, double rectangleWidth, double rectangleHeight, String color) {
    element(
        "<rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" fill=\"%s\"/>",
        number(corner.x()),
        number(corner.y()),
        number(rectangleWidth),
        number(rectangleHeight),
        color);
  }

  @Override
  public void text(Point baseline, String text, Anchor anchor, int size) {
    element(
        "<text x=\"%s\" y=\"%s\" font-size=\"%d\" text-anchor=\"%s\">%s</text>",
        number(baseline.x()),
        number(baseline.y()),
        size,
        anchor.name().toLowerCase(Locale.ROOT),
        text.replace("&", "&amp;").replace("<", "&lt;"));
  }

  @Override
  public void write(Path file) throws IOException {
    String head =
        String.format(
            Locale.ROOT,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%1$d\" height=\"%2$d\""
                + " viewBox=\"0 0 %1$d %2$d\" font-family=\"%3$s\" fill=\"#222222\">%n"
                + "<rect width=\"%1$d\" height=\"%2$d\" fill=\"#ffffff\"/>%n",
            width,
            height,
            FONT);
    Files.writeString(file, head + elements + "</svg>\n");
  }

  private void element(String format, Object... values) {
    elements.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
