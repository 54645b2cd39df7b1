package org.codeaudit.udf;

import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.codeaudit.udf.row.CodeText;
import org.codeaudit.udf.row.Flattened;
import org.codeaudit.udf.row.ReviewSchema;
import org.codeaudit.udf.row.Status;
import org.codeaudit.udf.run.AnswerStream;
import org.codeaudit.udf.run.Isolation;
import org.codeaudit.udf.run.RunContext;
import org.codeaudit.udf.run.TaskModel;
import org.codeaudit.udf.setting.AnswerSettings;
import org.codeaudit.udf.setting.ReviewSettings;

/**
 * Reviews of the code in a column ({@link CodeText} says what it may be): the findings of all units
 * of a text in one struct, as {@link ReviewFunction} gives them for the same changes.
 */
public final class ReviewedColumn extends AnswerColumn {
  private static final long serialVersionUID = 1L;

  /** {@link ReviewSchema#FINDING} after the path of its file, null where the text names none. */
  private static final StructType FINDING =
      new StructType(
          Stream.concat(
                  Stream.of(DataTypes.createStructField("path", StringType, true)),
                  Arrays.stream(ReviewSchema.FINDING.fields()))
              .toArray(StructField[]::new));

  /**
   * {@code status} is {@code failed} if any unit failed (the error is the first one's), else {@code
   * truncated} if any answer was cut short, {@code skipped} if there was nothing to review, else
   * {@code ok}; {@code findings} are those of the units that were answered, if they are sure
   * enough; tokens are sums.
   */
  public static final StructType TYPE =
      new StructType()
          .add("status", StringType, false)
          .add("findings", DataTypes.createArrayType(FINDING, false), false)
          .add("error_class", StringType, true)
          .add("error_message", StringType, true)
          .add("prompt_tokens", IntegerType, true)
          .add("generated_tokens", IntegerType, true);

  private final ReviewSettings settings;
  private final double minConfidence;

  /**
   * @param minConfidence findings of less are left out
   * @param code where the code stands in a row
   * @param language where the name of its language stands
   */
  public ReviewedColumn(ReviewSettings settings, double minConfidence, int code, int language) {
    super(code, language);
    this.settings = settings;
    this.minConfidence = minConfidence;
  }

  @Override
  public StructType type() {
    return TYPE;
  }

  @Override
  AnswerSettings settings() {
    return settings.answer();
  }

  @Override
  Iterator<AnswerStream.Work> questions(List<String> arguments, TaskModel model) {
    return new Flattened<>(
        CodeText.changes(arguments.get(0), arguments.get(1)).iterator(),
        change ->
            new FileReview(change, settings, model, RunContext.alone(), Isolation.NONE).work());
  }

  @Override
  Row value(List<Row> answers) {
    Optional<Row> failed = withStatus(answers, Status.FAILED);
    return RowFactory.create(
        status(answers),
        findings(answers).toArray(Row[]::new),
        failed.map(row -> row.<String>getAs("error_class")).orElse(null),
        failed.map(row -> row.<String>getAs("error_message")).orElse(null),
        sum(answers, "prompt_tokens"),
        sum(answers, "generated_tokens"));
  }

  private static String status(List<Row> answers) {
    for (Status status : List.of(Status.FAILED, Status.TRUNCATED, Status.OK)) {
      if (withStatus(answers, status).isPresent()) {
        return status.columnValue();
      }
    }
    return Status.SKIPPED.columnValue();
  }

  private static Optional<Row> withStatus(List<Row> answers, Status status) {
    return answers.stream().filter(row -> Status.of(row) == status).findFirst();
  }

  /** In the order of files and units, as answers are. */
  private List<Row> findings(List<Row> answers) {
    List<Row> findings = new ArrayList<>();
    answers.stream()
        .filter(row -> row.getAs("findings") != null)
        .forEach(
            row -> {
              String path = row.getAs("path");
              for (Row finding : row.<Row[]>getAs("findings")) {
                Number confidence = finding.getAs("confidence");
                if (confidence == null || confidence.doubleValue() >= minConfidence) {
                  findings.add(withPath(path.equals(CodeText.UNNAMED) ? null : path, finding));
                }
              }
            });
    return findings;
  }

  private static Row withPath(String path, Row finding) {
    Object[] values = new Object[finding.length() + 1];
    values[0] = path;
    for (int i = 0; i < finding.length(); i++) {
      values[i + 1] = finding.get(i);
    }
    return RowFactory.create(values);
  }

  private static Integer sum(List<Row> answers, String column) {
    return answers.stream()
        .map(row -> row.<Integer>getAs(column))
        .filter(Objects::nonNull)
        .reduce(Integer::sum)
        .orElse(null);
  }
}
