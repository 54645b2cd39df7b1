package org.codeaudit.job.option;

import java.nio.file.Path;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.job.eval.dataset.DatasetReader;
import org.codeaudit.job.eval.dataset.EvaluationSet;
import picocli.CommandLine.Option;

/** Which labelled units a command works on. */
public final class DatasetOptions {
  @Option(
      names = "--dataset",
      paramLabel = "D",
      description = "A JSONL file of units, or a folder of such files.")
  Path dataset;

  @Option(
      names = "--per-category",
      paramLabel = "N",
      description =
          "At most so many defective units of each category, with their twins, and as many clean"
              + " ones without a twin; default all.")
  int perCategory = Integer.MAX_VALUE;

  /**
   * Reads the units.
   *
   * @throws AuditException if no dataset was named, or it cannot be read
   */
  public EvaluationSet read() {
    AnswerOptions.atLeast("--per-category", perCategory, 1);
    if (dataset == null) {
      throw new AuditException(
          ErrorClass.OPTION,
          "Nothing can be done without --dataset",
          "it names the units to review",
          "Add --dataset");
    }
    return DatasetReader.read(dataset).sample(perCategory);
  }
}
