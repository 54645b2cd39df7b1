package org.codeaudit.job.eval.report;

import gg.jte.html.OwaspHtmlTemplateOutput;
import gg.jte.output.Utf8ByteOutput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.codeaudit.job.eval.Calibration;
import org.codeaudit.job.eval.Counts;
import org.codeaudit.job.eval.Evaluation;
import org.codeaudit.job.eval.Level;
import org.codeaudit.job.eval.Sweep;

/**
 * What the charts of evaluations show, a colour for each model; the templates in {@code
 * job/src/main/svg} draw it. SVG needs none of the system's fonts, which a container may lack.
 */
final class Charts {
  /** They differ in brightness too, for people who do not tell colours apart. */
  private static final List<String> COLORS =
      List.of("#1b3a6b", "#e0a52e", "#c8502b", "#4daf9b", "#7b2d43", "#2a7ab0", "#999999");

  private final String title;
  private final List<Evaluation> evaluations;

  /**
   * @param title what was reviewed
   */
  Charts(String title, List<Evaluation> evaluations) {
    this.title = title;
    this.evaluations = evaluations;
  }

  /** A model's name beside its colour. */
  record Model(String name, String color) {}

  /**
   * A diagram with a share of 0 to 1 upwards.
   *
   * @param title above it
   * @param horizontal what the horizontal axis is
   * @param most where the horizontal axis ends; it begins at 0
   * @param diagonal whether a line joins the two corners at which both axes say the same
   * @param curves lines with points
   */
  record Panel(String title, String horizontal, double most, boolean diagonal, List<Curve> curves) {
    /** Pixels of the frame either way. */
    static final int SIZE = 250;

    String x(Dot dot) {
      return Numbers.decimals(1, SIZE * Math.min(1, dot.x() / most));
    }

    String y(Dot dot) {
      return Numbers.decimals(1, SIZE * (1 - dot.y()));
    }

    String points(Curve curve) {
      return curve.dots().stream()
          .map(dot -> x(dot) + "," + y(dot))
          .collect(Collectors.joining(" "));
    }
  }

  /** A line through dots, in their order. */
  record Curve(String color, List<Dot> dots) {}

  /**
   * A point of a curve.
   *
   * @param radius in pixels
   */
  record Dot(double x, double y, double radius) {}

  /** A bar for each model, in their order. */
  record Group(String name, List<Bar> bars) {}

  /**
   * A bar.
   *
   * @param share of the longest possible one
   * @param text behind it
   */
  record Bar(String color, double share, String text) {}

  /** Writes the charts; returns the names of their files. */
  List<String> write(Path folder) throws IOException {
    List<Model> models =
        IntStream.range(0, evaluations.size())
            .mapToObj(i -> new Model(evaluations.get(i).model(), color(i)))
            .toList();
    Utf8ByteOutput confidence = new Utf8ByteOutput();
    JteconfidenceGenerated.render(
        new OwaspHtmlTemplateOutput(confidence),
        null,
        title,
        models,
        List.of(reliability(), thresholds(), tradeOff()));
    Files.write(folder.resolve("confidence.svg"), confidence.toByteArray());
    Utf8ByteOutput categories = new Utf8ByteOutput();
    JtecategoriesGenerated.render(
        new OwaspHtmlTemplateOutput(categories), null, title, models, categories());
    Files.write(folder.resolve("categories.svg"), categories.toByteArray());
    return List.of("confidence.svg", "categories.svg");
  }

  /** The more findings are in a bin, the larger is its disc. */
  private Panel reliability() {
    return new Panel(
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

  private Panel thresholds() {
    return new Panel(
        "recall",
        "confidence of at least",
        1,
        false,
        sweeps((step, recall) -> new Dot(step.least(), recall, 2.5)));
  }

  private Panel tradeOff() {
    double most =
        evaluations.stream()
            .flatMap(evaluation -> evaluation.sweep().stream())
            .map(step -> step.clean().ofOtherKindsPerUnit())
            .flatMapToDouble(OptionalDouble::stream)
            .max()
            .orElse(0);
    return new Panel(
        "recall",
        "wrong findings of other kinds, a clean unit",
        axisEnd(most),
        false,
        sweeps(
            (step, recall) -> new Dot(step.clean().ofOtherKindsPerUnit().orElse(0), recall, 2.5)));
  }

  /** An end of which a quarter is a round number. */
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
    return IntStream.range(0, evaluations.size())
        .mapToObj(i -> new Curve(color(i), dots.apply(evaluations.get(i))))
        .toList();
  }

  /** The categories in which there is something to be found, in alphabetical order. */
  private List<Group> categories() {
    return evaluations.stream()
        .flatMap(
            evaluation -> evaluation.accuracy().get(Level.FOUND).byCategory().entrySet().stream())
        .filter(category -> category.getValue().recall().of() > 0)
        .map(category -> category.getKey())
        .distinct()
        .sorted()
        .map(
            name ->
                new Group(
                    name,
                    IntStream.range(0, evaluations.size()).mapToObj(i -> bar(name, i)).toList()))
        .toList();
  }

  private Bar bar(String category, int evaluation) {
    Counts counts =
        evaluations
            .get(evaluation)
            .accuracy()
            .get(Level.FOUND)
            .byCategory()
            .getOrDefault(category, new Counts(0, 0, 0));
    return new Bar(
        color(evaluation),
        counts.recall().value().orElse(0),
        Numbers.of(counts.recall()) + ", " + counts.wrong() + " wrong");
  }

  private static String color(int evaluation) {
    return COLORS.get(evaluation % COLORS.size());
  }
}
