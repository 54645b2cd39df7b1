package org.codeaudit.job.option;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.codeaudit.check.Calibration;
import org.codeaudit.check.CalibrationFile;
import org.codeaudit.check.CheckSet;
import org.codeaudit.check.CheckSettings;
import org.codeaudit.generate.ModelLoader;
import org.codeaudit.prompt.ChangeSplitter;
import org.codeaudit.prompt.PromptTemplate;
import org.codeaudit.review.CheckedReview;
import org.codeaudit.udf.setting.AnswerSettings;
import org.codeaudit.udf.setting.ReviewSettings;
import picocli.CommandLine.Option;

/** The options of every command that reviews. */
public final class ReviewOptions {
  /** The default for the lowest confidence of findings of checks that are shown. */
  public static final double LEAST_OF_CHECKS = 0.25;

  @Option(
      names = "--prompt",
      paramLabel = "P",
      description =
          "Prompt template: a file, or the name of one the jar carries; default ${DEFAULT-VALUE}.")
  String prompt = "review";

  @Option(
      names = "--unit-tokens",
      paramLabel = "N",
      description = "The most tokens of code in one question; default ${DEFAULT-VALUE}.")
  int unitTokens = 1500;

  @Option(
      names = "--max-findings",
      paramLabel = "N",
      description = "The most findings of one question; default ${DEFAULT-VALUE}.")
  int maxFindings = 5;

  @Option(
      names = "--review",
      paramLabel = "R",
      description =
          "How a unit is reviewed: checks (a scored question for each kind of defect, then a second"
              + " look at what was found) or open (one question for all, for large models); default"
              + " ${DEFAULT-VALUE}.")
  public Kind kind = Kind.CHECKS;

  @Option(
      names = "--checks",
      paramLabel = "DIR",
      description =
          "Folders of further checks, one YAML file each, besides those the jar carries; may come"
              + " more than once.")
  List<Path> folders = List.of();

  @Option(
      names = "--only-checks",
      paramLabel = "ID",
      split = ",",
      description = "Ask these checks alone.")
  public List<String> only = List.of();

  @Option(
      names = "--follow-up",
      paramLabel = "N",
      description =
          "The most checks of one unit that are looked at a second time, the likeliest first;"
              + " default ${DEFAULT-VALUE}.")
  int followUp = 3;

  @Option(
      names = "--explain-from",
      paramLabel = "P",
      converter = ConfidenceConverter.class,
      description =
          "Findings of at least this confidence get an explanation of their own, others their"
              + " check's; default ${DEFAULT-VALUE}.")
  double explainFrom = LEAST_OF_CHECKS;

  @Option(
      names = "--min-confidence",
      paramLabel = "P",
      converter = ConfidenceConverter.class,
      description =
          "Show findings of at least this confidence; all are in the table. Default "
              + LEAST_OF_CHECKS
              + " with checks, 0 with the open question, whose confidence is no probability.")
  Double minConfidence;

  @Option(
      names = "--calibration",
      paramLabel = "FILE",
      description =
          "What scores mean, as 'audit calibrate' wrote it; default what the jar carries for the"
              + " model, else the model's own leaning is taken off.")
  Path calibration;

  @Option(
      names = "--uncalibrated",
      description = "Take off the model's own leaning alone, whatever the jar carries.")
  boolean uncalibrated;

  @Option(
      names = "--no-evidence",
      description =
          "Do not follow values from outside nor look for signs of defects: to measure what"
              + " such evidence is worth.")
  boolean withoutEvidence;

  @Option(
      names = "--ask-all",
      description =
          "Ask all checks that apply to a unit. A calibration leaves out those of which it expects"
              + " no finding that is worth showing, whatever the model answers; others are asked"
              + " only where rules ask for them.")
  boolean askAll;

  @Option(
      names = "--compare-comments",
      description =
          "Ask once more with comments shown, which costs about as much again, and mark units whose"
              + " answers would change: comments that speak for the code.")
  boolean compareComments;

  /** How a unit is reviewed. */
  public enum Kind {
    CHECKS,
    OPEN
  }

  /** The settings of a review. */
  public ReviewSettings settings(AnswerOptions answer, String runId, ModelLoader loading) {
    PromptTemplate template = template();
    return settings(answer.forReviews(runId, loading), template);
  }

  /** Refuses unusable options, and reads the template, before anything is loaded. */
  public PromptTemplate template() {
    AnswerOptions.atLeast("--unit-tokens", unitTokens, ChangeSplitter.SMALLEST_BUDGET);
    AnswerOptions.atLeast("--max-findings", maxFindings, 1);
    return Files.isRegularFile(Path.of(prompt))
        ? PromptTemplate.load(Path.of(prompt))
        : PromptTemplate.bundled(prompt);
  }

  /** The lowest confidence of findings that are shown. */
  public double minConfidence() {
    return minConfidence != null ? minConfidence : kind == Kind.CHECKS ? LEAST_OF_CHECKS : 0;
  }

  /**
   * Sets the options for fitting a calibration: by checks, uncalibrated, and without explanations.
   */
  public void forFitting() {
    kind = Kind.CHECKS;
    uncalibrated = true;
    askAll = true;
    explainFrom = 1;
  }

  private CheckSettings checks(String model) {
    if (kind == Kind.OPEN) {
      return CheckSettings.NONE;
    }
    CheckSet checks = CheckSet.bundledAnd(folders);
    return new CheckSettings(
        asked(checks),
        calibration(model, CheckedReview.calibratedVersion(checks, !withoutEvidence)),
        followUp,
        explainFrom,
        !withoutEvidence,
        compareComments);
  }

  private CheckSet asked(CheckSet checks) {
    if (only.isEmpty()) {
      return askAll ? checks.unrequested() : checks;
    }
    return checks.only(only);
  }

  private Calibration calibration(String model, String questions) {
    if (uncalibrated) {
      return Calibration.UNFITTED;
    }
    Calibration fitted =
        calibration == null
            ? CalibrationFile.bundled(model, questions).orElse(Calibration.UNFITTED)
            : CalibrationFile.read(calibration, model, questions);
    return askAll ? fitted.askingAll() : fitted;
  }

  /** The settings that travel to executors. */
  public ReviewSettings settings(AnswerSettings answer, PromptTemplate template) {
    return new ReviewSettings(
        answer, template, unitTokens, maxFindings, checks(answer.modelRevision()));
  }
}
