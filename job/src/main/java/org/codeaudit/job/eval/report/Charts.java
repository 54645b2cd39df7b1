package org.codeaudit.job.eval.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import org.codeaudit.job.chart.Drawing;
import org.codeaudit.job.chart.Drawing.Anchor;
import org.codeaudit.job.chart.Drawing.Point;
import org.codeaudit.job.chart.PngDrawing;
import org.codeaudit.job.chart.SvgDrawing;
import org.codeaudit.job.eval.Calibration;
import org.codeaudit.job.eval.Counts;
import org.codeaudit.job.eval.Evaluation;
import org.codeaudit.job.eval.Level;
import org.codeaudit.job.eval.Sweep;
import org.codeaudit.job.eval.report.RatePanel.Curve;
import org.codeaudit.job.eval.report.RatePanel.Dot;

/** Evaluations as pictures, a colour for each model. */
final class Charts {
  /** Of different brightness too, for those who do not tell colours apart. */
  private static final List<String> COLORS =
      List.of("#1b3a6b", "#e0a52e", "#c8502b", "#4daf9b", "#7b2d43", "#2a7ab0", "#999999");

  private static final int WIDTH = 1040;
  private static final int PANEL = 250;
  private static final int BAR = 12;
  private static final int NAMES = 200;
  private static final int BARS = 700;

  private final String title;
  private final List<Evaluation> evaluations;

  /**
   * @param title what was reviewed
   */
  Charts(String title, List<Evaluation> evaluations) {
    this.title = title;
    this.evaluations = evaluations;
  }

  /** Pictures of a name, to be drawn in one form or another. */
  private record Picture(String name, int height, Consumer<Drawing> content) {}

  /**
   * Writes all pictures, each as SVG and, where Java can draw, as PNG.
   *
   * @return the names of those that are there as SVG
   */
  List<String> write(Path folder) throws IOException {
    List<String> names = new ArrayList<>();
    for (Picture picture : List.of(confidence(), categories())) {
      Drawing svg = new SvgDrawing(WIDTH, picture.height());
      picture.content().accept(svg);
      svg.write(folder.resolve(picture.name() + ".svg"));
      names.add(picture.name() + ".svg");
      png(picture, folder.resolve(picture.name() + ".png"));
    }
    return names;
  }

  /** Java draws with libraries of the system, which a small container lacks; SVG needs none. */
  private static void png(Picture picture, Path file) throws IOException {
    try {
      Drawing png = new PngDrawing(WIDTH, picture.height());
      picture.content().accept(png);
      png.write(file);
    } catch (LinkageError | RuntimeException noFonts) {
      Files.deleteIfExists(file);
    }
  }

  private Picture confidence() {
    int height = 460 + 18 * evaluations.size();
    return new Picture(
        "confidence",
        height,
        drawing -> {
          drawing.text(new Point(WIDTH / 2.0, 30), title + ": confidence", Anchor.MIDDLE, 17);
          reliability().draw(drawing);
          thresholds().draw(drawing);
          tradeOff().draw(drawing);
          legend(drawing, 420);
        });
  }

  /** A disc is the larger the more findings are in its bin. */
  private RatePanel reliability() {
    return new RatePanel(
        70,
        80,
        PANEL,
        "share of findings that are right",
        "confidence (discs: number of findings)",
        1,
        true,
        curves(
            evaluation ->
                evaluation.calibration().get(Level.FOUND).bins().stream()
                    .filter(bin -> bin.right().of() > 0)
                    .map(Charts::dot)
                    .toList()));
  }

  private static Dot dot(Calibration.Bin bin) {
    double radius = 2 + Math.min(8, Math.sqrt(bin.right().of()) / 2);
    return new Dot(bin.confidence().getAsDouble(), bin.right().value().getAsDouble(), radius);
  }

  private RatePanel thresholds() {
    return new RatePanel(
        410,
        80,
        PANEL,
        "recall",
        "confidence of at least",
        1,
        false,
        sweeps((step, recall) -> new Dot(step.least(), recall, 2.5)));
  }

  private RatePanel tradeOff() {
    double most =
        evaluations.stream()
            .flatMap(evaluation -> evaluation.sweep().stream())
            .map(step -> step.clean().ofOtherKindsPerUnit())
            .flatMapToDouble(OptionalDouble::stream)
            .max()
            .orElse(0);
    return new RatePanel(
        750,
        80,
        PANEL,
        "recall",
        "wrong findings of other kinds, a clean unit",
        axisEnd(most),
        false,
        sweeps(
            (step, recall) -> new Dot(step.clean().ofOtherKindsPerUnit().orElse(0), recall, 2.5)));
  }

  /** An end of which a quarter is a number to read. */
  private static double axisEnd(double most) {
    return DoubleStream.of(0.4, 1, 2, 4).filter(end -> end >= most).findFirst().orElse(8);
  }

  private List<Curve> sweeps(BiFunction<Sweep, Double, Dot> dot) {
    return curves(
        evaluation ->
            evaluation.sweep().stream()
                .filter(step -> step.found().recall().of() > 0)
                .map(step -> dot.apply(step, step.found().recall().value().getAsDouble()))
                .toList());
  }

  private List<Curve> curves(Function<Evaluation, List<Dot>> dots) {
    List<Curve> curves = new ArrayList<>();
    for (int i = 0; i < evaluations.size(); i++) {
      curves.add(new Curve(color(i), dots.apply(evaluations.get(i))));
    }
    return curves;
  }

  private Picture categories() {
    TreeSet<String> names = new TreeSet<>();
    for (Evaluation evaluation : evaluations) {
      evaluation
          .accuracy()
          .get(Level.FOUND)
          .byCategory()
          .forEach(
              (name, counts) -> {
                if (counts.recall().of() > 0) {
                  names.add(name);
                }
              });
    }
    int group = BAR * evaluations.size() + 12;
    int bottom = 70 + group * names.size();
    return new Picture(
        "categories",
        bottom + 40 + 18 * evaluations.size(),
        drawing -> {
          drawing.text(
              new Point(WIDTH / 2.0, 30),
              title + ": defects found, by category",
              Anchor.MIDDLE,
              17);
          int y = 60;
          for (String name : names) {
            drawing.text(new Point(NAMES, y + group / 2.0 - 2), name, Anchor.END, 12);
            bars(drawing, name, y);
            y += group;
          }
          legend(drawing, bottom + 20);
        });
  }

  private void bars(Drawing drawing, String category, int top) {
    for (int i = 0; i < evaluations.size(); i++) {
      Counts counts =
          Optional.ofNullable(
                  evaluations.get(i).accuracy().get(Level.FOUND).byCategory().get(category))
              .orElse(new Counts(0, 0, 0));
      double share = counts.recall().value().orElse(0);
      double y = top + (double) BAR * i;
      drawing.rectangle(new Point(NAMES + 10, y), BARS, BAR - 1, "#eeeeee");
      drawing.rectangle(new Point(NAMES + 10, y), BARS * share, BAR - 1, color(i));
      drawing.text(
          new Point(NAMES + BARS + 18, y + BAR - 2),
          Numbers.of(counts.recall()) + ", " + counts.wrong() + " wrong",
          Anchor.START,
          10);
    }
  }

  private void legend(Drawing drawing, double top) {
    for (int i = 0; i < evaluations.size(); i++) {
      double y = top + 18.0 * i;
      drawing.line(List.of(new Point(70, y), new Point(92, y)), color(i), 3);
      drawing.text(new Point(100, y + 4), evaluations.get(i).model(), Anchor.START, 12);
    }
  }

  private static String color(int evaluation) {
    return COLORS.get(evaluation % COLORS.size());
  }
}
