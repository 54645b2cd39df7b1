package org.codeaudit.udf;

import java.util.Iterator;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.codeaudit.udf.row.Flattened;
import org.codeaudit.udf.run.AnswerStream;
import org.codeaudit.udf.run.FinishedRows;
import org.codeaudit.udf.run.Isolation;
import org.codeaudit.udf.run.RunContext;
import org.codeaudit.udf.run.TaskModel;
import org.codeaudit.udf.setting.AnswerSettings;

/**
 * Turns inputs into rows of a table of answers, in the order of the inputs: the step of a run that
 * asks the model. Many inputs of a partition are asked about at once.
 */
abstract sealed class AskingFunction implements MapPartitionsFunction<Row, Row>
    permits GenerateFunction, ReviewFunction {
  private static final long serialVersionUID = 1L;

  private final AnswerSettings settings;
  final RunContext run;

  AskingFunction(AnswerSettings settings, RunContext run) {
    this.settings = settings;
    this.run = run;
  }

  /** The work of one input; questions are asked as the iterator is advanced. */
  abstract Iterator<AnswerStream.Work> work(Row input, TaskModel model, Isolation isolation);

  @Override
  public final Iterator<Row> call(Iterator<Row> inputs) {
    TaskModel model = new TaskModel(settings, run);
    Isolation isolation = Isolation.of(run.isolation());
    Iterator<AnswerStream.Work> work =
        new Flattened<>(inputs, input -> work(input, model, isolation));
    int window = isolation.window(settings.window());
    return new FinishedRows(new AnswerStream(work, window, run::stopped), run);
  }
}
