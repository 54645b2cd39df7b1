package org.codeaudit.job.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.check.Calibration;
import org.codeaudit.check.CalibrationFile;
import org.codeaudit.job.calibrate.Fitting;
import org.codeaudit.job.eval.answers.ScoredCheck;
import org.codeaudit.job.eval.dataset.EvaluationSet;
import org.codeaudit.job.option.AnswerOptions;
import org.codeaudit.job.option.DatasetOptions;
import org.codeaudit.job.option.ReviewOptions;
import org.codeaudit.job.option.RunSettings;
import org.codeaudit.job.option.SparkOptions;
import org.codeaudit.review.CheckedReview;
import org.codeaudit.udf.setting.ReviewSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code audit calibrate}: what a model's scores mean. */
@Command(
    name = "calibrate",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Reviews units of which it is known what is wrong with them by checks, and writes a small file"
          + " that turns the model's scores into probabilities: --calibration of review and eval."
          + " Use units that nothing is measured on afterwards."
    })
public final class CalibrateCommand implements Callable<Integer> {
  @Mixin DatasetOptions dataset;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "The file to write; default NAME.json, as conf/calibrations has them.")
  Path out;

  @Option(
      names = "--answers",
      paramLabel = "DIR",
      description =
          "Folder for what the model answered, on a file system that all executors share; default"
              + " ${DEFAULT-VALUE}. Answers that are there are not asked for again.")
  String answers = "code-audit-calibration";

  @Option(names = "--again", description = "Ask everything again.")
  boolean again;

  @Option(names = "--quiet", description = "No progress line.")
  boolean quiet;

  @Mixin AnswerOptions answer;
  @Mixin ReviewOptions review;
  @Mixin SparkOptions spark;

  @ParentCommand CommandContext context;
  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    EvaluationSet set = dataset.read();
    review.forFitting();
    ReviewSettings settings = review.settings(answer, "", context.loader());
    return spark.inSession("calibrate", session -> fit(session, set, settings));
  }

  private int fit(SparkSession session, EvaluationSet set, ReviewSettings settings) {
    EvalPasses passes = new EvalPasses(session, set, answers, again, quiet, RunSettings.json(spec));
    EvalModel model =
        new EvalModel(
            EvalModel.shortName(answer.model.model),
            List.of(new EvalModel.Pass("fitting", settings::withRunId)));
    List<ScoredCheck> checks = passes.checks(model);
    String version =
        CheckedReview.calibratedVersion(settings.checks().checks(), settings.checks().evidence());
    write(Fitting.of(settings.answer().modelRevision(), version, checks), checks);
    return ExitCode.OK;
  }

  private void write(Calibration calibration, List<ScoredCheck> checks) {
    Path file = out == null ? Path.of(CalibrationFile.name(calibration.model())) : out;
    try {
      CalibrationFile.write(calibration, file);
    } catch (IOException e) {
      throw new AuditException(
          ErrorClass.CALIBRATION_UNWRITABLE,
          "Cannot write the calibration " + file,
          e.toString(),
          "Name a file in a folder that can be written to",
          e);
    }
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        Locale.ROOT,
        "Fitted     %d scores, %d of them of defects; %d second looks, %d of them right%n",
        checks.size(),
        checks.stream().filter(ScoredCheck::present).count(),
        checks.stream().filter(one -> one.verdict().isPresent()).count(),
        checks.stream().filter(ScoredCheck::lineRight).count());
    out.printf(
        Locale.ROOT,
        "Weights    screen %s; verdict %s%n",
        calibration.screen().weights(),
        calibration.verdict().weights());
    if (!calibration.usesVerdict()) {
      out.println(
          "           the second look told nothing, and is not asked with this calibration");
    }
    out.printf(
        Locale.ROOT,
        "Asked      from a prior probability of %.3f on: %d of these questions%n",
        calibration.askFrom(),
        checks.stream().filter(one -> one.isWorthAsking(calibration)).count());
    out.printf(Locale.ROOT, "Followed   from a probability of %.3f on%n", calibration.screenFrom());
    out.printf("Saved      %s%n", file);
    out.flush();
  }
}
