package org.codeaudit.bench.throughput;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.bench.throughput.Panel.Curve;
import org.codeaudit.job.chart.Drawing;
import org.codeaudit.job.chart.Drawing.Anchor;
import org.codeaudit.job.chart.Drawing.Point;
import org.codeaudit.job.chart.PngDrawing;
import org.codeaudit.job.chart.SvgDrawing;
import org.codeaudit.model.ModelDescription;

/**
 * How throughput grows, as a picture: answers by sequences side by side with a line for each
 * context, and prompts by context.
 */
public final class GrowthChart {
  private static final int WIDTH = 960;
  private static final int HEIGHT = 470;

  /** Of different brightness too, for those who do not tell colours apart. */
  private static final List<String> COLORS =
      List.of("#1b3a6b", "#2a7ab0", "#4daf9b", "#e0a52e", "#c8502b", "#7b2d43", "#999999");

  private final ModelDescription model;
  private final Growth growth;

  GrowthChart(ModelDescription model, Growth growth) {
    this.model = model;
    this.growth = growth;
  }

  /**
   * Writes it.
   *
   * @param file ends in {@code .png}, or is written as SVG
   * @throws AuditException {@code OPTION} if it cannot be written
   */
  public void write(Path file) {
    try {
      boolean png = file.toString().toLowerCase(Locale.ROOT).endsWith(".png");
      Drawing drawing = png ? new PngDrawing(WIDTH, HEIGHT) : new SvgDrawing(WIDTH, HEIGHT);
      draw(drawing);
      drawing.write(file);
    } catch (IOException | LinkageError | RuntimeException e) {
      // Java draws with libraries of the system, which a small container lacks
      throw new AuditException(
          ErrorClass.OPTION,
          "Cannot draw the chart " + file,
          e.toString(),
          "Name a file in a folder that can be written; .svg needs no fonts of the system",
          e);
    }
  }

  private void draw(Drawing drawing) {
    String title =
        String.format(
            Locale.ROOT,
            "%s, %s (%s), %s, %d processors: tokens a second",
            model.id(),
            model.precision(),
            model.arithmetic(),
            model.device(),
            Runtime.getRuntime().availableProcessors());
    drawing.text(new Point(WIDTH / 2.0, 30), title, Anchor.MIDDLE, 17);
    new Panel(70, 80, 520, 310, "decode, tokens/s", "sequences side by side", decode())
        .draw(drawing);
    new Panel(680, 80, 250, 310, "prefill, tokens/s", "context up to, tokens", prefill())
        .draw(drawing);
  }

  private List<Curve> decode() {
    List<Curve> curves = new ArrayList<>();
    for (int context : contexts()) {
      List<Point> points =
          growth.phases().stream()
              .filter(phase -> phase.phase().equals(RawPhase.DECODE) && phase.context() == context)
              .map(phase -> new Point(power(phase.sequences()), phase.tokensPerSecond()))
              .toList();
      if (!points.isEmpty()) {
        String color = COLORS.get(curves.size() % COLORS.size());
        curves.add(new Curve("context up to " + context, color, points));
      }
    }
    return curves;
  }

  private List<Curve> prefill() {
    List<Point> points =
        growth.phases().stream()
            .filter(phase -> phase.phase().equals(RawPhase.PREFILL))
            .map(phase -> new Point(power(phase.context()), phase.tokensPerSecond()))
            .toList();
    return List.of(new Curve("", COLORS.get(0), points));
  }

  private List<Integer> contexts() {
    return growth.phases().stream().map(RawPhase::context).distinct().toList();
  }

  private static double power(int number) {
    return Math.log(number) / Math.log(2);
  }
}
