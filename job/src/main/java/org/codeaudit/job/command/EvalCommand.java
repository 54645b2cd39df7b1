package org.codeaudit.job.command;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.apache.spark.sql.SparkSession;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.job.eval.Evaluation;
import org.codeaudit.job.eval.answers.ReviewedRows;
import org.codeaudit.job.eval.dataset.EvaluationSet;
import org.codeaudit.job.eval.dataset.EvaluationUnit;
import org.codeaudit.job.eval.report.EvaluationReport;
import org.codeaudit.job.option.AnswerOptions;
import org.codeaudit.job.option.DatasetOptions;
import org.codeaudit.job.option.ReviewOptions;
import org.codeaudit.job.option.RunSettings;
import org.codeaudit.job.option.SparkOptions;
import org.codeaudit.prompt.PromptTemplate;
import org.codeaudit.udf.setting.ReviewSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code audit eval}: how good a reviewer is. */
@Command(
    name = "eval",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Reviews units of which it is known what is wrong with them, compares the findings with that,"
          + " and prints and saves how many are right, wrong and missed. --model may name several,"
          + " with commas: they are asked one after the other and compared. See docs/evaluation.md."
    },
    subcommands = {ConvertCommand.class})
public final class EvalCommand implements Callable<Integer> {
  @Mixin DatasetOptions dataset;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Folder for tables, report and charts; default ${DEFAULT-VALUE}.")
  Path out = Path.of("code-audit-eval");

  @Option(
      names = "--answers",
      paramLabel = "DIR",
      description =
          "Folder for what models answered and for Parquet tables, on a file system that all"
              + " executors share; default --out. Answers that are there are not asked for again.")
  String answers;

  @Option(names = "--again", description = "Ask everything again.")
  boolean again;

  @Option(
      names = "--repeats",
      paramLabel = "N",
      description = "Review so often, to see which findings come and go; default ${DEFAULT-VALUE}.")
  int repeats = 1;

  @Option(
      names = "--batch-sizes",
      paramLabel = "N",
      split = ",",
      description =
          "Review once with each of these --batch, to see the same; default that of --batch.")
  List<Integer> batchSizes = new ArrayList<>();

  @Option(
      names = "--price-per-hour",
      paramLabel = "P",
      description = "What an hour of the machine costs, in any currency, to show costs.")
  Double pricePerHour;

  @Option(names = "--quiet", description = "No progress line.")
  boolean quiet;

  @Mixin AnswerOptions answer;
  @Mixin ReviewOptions review;
  @Mixin SparkOptions spark;

  @ParentCommand CommandContext context;
  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    check();
    EvaluationSet set = dataset.read();
    String options = RunSettings.json(spec); // before the list of models is replaced by one of them
    List<EvalModel> models = models();
    return spark.inSession("eval", session -> evaluate(session, set, models, options));
  }

  private int evaluate(
      SparkSession session, EvaluationSet set, List<EvalModel> models, String options) {
    PrintWriter out = spec.commandLine().getOut();
    EvalPasses passes = new EvalPasses(session, set, shared() + "/answers", again, quiet, options);
    List<Evaluation> evaluations = new ArrayList<>();
    for (EvalModel model : models) {
      out.printf("Reviewing %d units with %s%n", set.units().size(), model.name());
      out.flush();
      evaluations.add(passes.evaluation(model, review.minConfidence()));
    }
    OptionalDouble price =
        pricePerHour == null ? OptionalDouble.empty() : OptionalDouble.of(pricePerHour);
    EvaluationReport report = new EvaluationReport(set.name(), evaluations, price);
    out.println();
    report.print(out);
    report.save(this.out, shared(), head(set, passes, options), session);
    out.printf("Saved      %s/{report.md,figures.csv,matches.csv,*.svg}%n", this.out);
    out.printf("           %s/{figures,matches}.parquet%n", shared());
    out.flush();
    return evaluations.stream().allMatch(EvalCommand::reviewed)
        ? ExitCode.OK
        : ExitCode.ROWS_FAILED;
  }

  private void check() {
    if (pricePerHour != null && !(pricePerHour >= 0)) {
      throw wrong(
          "with --price-per-hour " + pricePerHour, "it must be 0 or more", "Correct the option");
    }
    AnswerOptions.atLeast("--repeats", repeats, 1);
    batchSizes.forEach(size -> AnswerOptions.atLeast("--batch-sizes", size, 1));
  }

  /** Checks all models before the first is asked: what is wrong with the last shows at once. */
  private List<EvalModel> models() {
    PromptTemplate template = review.template();
    Set<Integer> sizes =
        batchSizes.isEmpty()
            ? new LinkedHashSet<>(List.of(answer.model.batch))
            : new LinkedHashSet<>(batchSizes);
    List<EvalModel> models = new ArrayList<>();
    for (String name : new LinkedHashSet<>(Arrays.asList(answer.model.model.split(",")))) {
      List<EvalModel.Pass> passes = new ArrayList<>();
      for (int size : sizes) {
        Function<String, ReviewSettings> settings = settings(name.strip(), size, template);
        for (int repeat = 1; repeat <= repeats; repeat++) {
          passes.add(new EvalModel.Pass("batch-" + size + "-repeat-" + repeat, settings));
        }
      }
      models.add(new EvalModel(EvalModel.shortName(name.strip()), passes));
    }
    return models;
  }

  private Function<String, ReviewSettings> settings(
      String model, int batch, PromptTemplate template) {
    answer.model.model = model;
    answer.model.batch = batch;
    return review.settings(answer.forReviews("", context.loader()), template)::withRunId;
  }

  /** Whether every unit was reviewed; a truncated answer counts, as it does in a review. */
  private static boolean reviewed(Evaluation evaluation) {
    return Set.of(ReviewedRows.TRUNCATED).containsAll(evaluation.notReviewed().keySet());
  }

  private String shared() {
    return answers == null ? out.toAbsolutePath().toString() : answers;
  }

  private static List<String> head(EvaluationSet set, EvalPasses passes, String options) {
    long clean = set.units().stream().filter(EvaluationUnit::clean).count();
    List<String> head = new ArrayList<>();
    head.add(
        String.format(
            "- %d units, %d with a defect and %d clean, %d lines",
            set.units().size(), set.units().size() - clean, clean, set.lines()));
    head.addAll(passes.notes());
    head.add("- options: `" + options + "`");
    return head;
  }

  private static AuditException wrong(String how, String why, String fix) {
    return new AuditException(ErrorClass.OPTION, "Cannot evaluate " + how, why, fix);
  }
}
