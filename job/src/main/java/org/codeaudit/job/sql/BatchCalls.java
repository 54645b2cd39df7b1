package org.codeaudit.job.sql;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.ExprId;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.plans.logical.LocalRelation;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.rules.Rule;
import org.apache.spark.sql.classic.Dataset$;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.codeaudit.generate.ModelLoader;
import org.codeaudit.udf.AnswerColumn;
import org.codeaudit.udf.AnswerColumns;
import org.codeaudit.udf.setting.AnswerSettings;
import scala.Option;

/**
 * Replaces a projection with calls by one without, over a {@code MapPartitions} that adds a column
 * per call and leaves rows in their order. Only the columns that are used go through it. Calls
 * within calls are asked first.
 */
final class BatchCalls extends Rule<LogicalPlan> {
  private static final String RUN = "sql";

  private final SparkSession session;
  private final ModelLoader loader;

  BatchCalls(SparkSession session, ModelLoader loader) {
    this.session = session;
    this.loader = loader;
  }

  @Override
  public LogicalPlan apply(LogicalPlan plan) {
    if (!plan.exists(Plans::hasCall)) {
      return plan;
    }
    // The optimizer may have merged a projection into the aggregate below it.
    LogicalPlan placed = (LogicalPlan) plan.transformUp(Plans.rewriting(PlaceCalls::place));
    OneModel.check(placed);
    LogicalPlan once = (LogicalPlan) placed.transformUp(Plans.rewriting(ShuffleAnswers::below));
    return (LogicalPlan)
        once.transformUp(
            Plans.rewriting(
                operator -> operator instanceof Project project ? batched(project) : operator));
  }

  private LogicalPlan batched(Project project) {
    LogicalPlan result = project;
    while (result instanceof Project rest && Plans.hasCall(rest)) {
      result = innermostBatched(rest);
    }
    return result;
  }

  private Project innermostBatched(Project project) {
    LogicalPlan child = project.child();
    List<Expression> asked = Plans.expressions(project.projectList());
    List<ModelCall> calls = Plans.distinctCalls(asked, Plans::isInnermost);
    List<Attribute> answers =
        calls.stream()
            .map(call -> PlaceCalls.alias(call, call.function().sqlName()).toAttribute())
            .toList();
    List<Expression> results =
        asked.stream().map(result -> Plans.replace(result, calls, answers)).toList();
    List<Attribute> kept = kept(results, child);

    LogicalPlan batch = batch(child, kept, calls);
    Map<ExprId, Attribute> renamed = new HashMap<>();
    Iterator<Attribute> columns = Plans.list(batch.output()).iterator();
    kept.forEach(column -> renamed.put(column.exprId(), columns.next()));
    answers.forEach(answer -> renamed.put(answer.exprId(), columns.next()));
    List<NamedExpression> above =
        results.stream().map(result -> restored(result, renamed)).toList();
    return new Project(Plans.seq(above), batch);
  }

  /** The columns that are needed above the batch. */
  private static List<Attribute> kept(List<Expression> results, LogicalPlan child) {
    return Plans.list(child.output()).stream()
        .filter(column -> results.stream().anyMatch(user -> user.references().contains(column)))
        .toList();
  }

  /** The kept columns and the answers of the calls, under names of their own. */
  private LogicalPlan batch(LogicalPlan child, List<Attribute> kept, List<ModelCall> calls) {
    List<NamedExpression> input = new ArrayList<>();
    kept.forEach(column -> input.add(PlaceCalls.alias(column, "column_" + input.size())));
    StructType type = type(input);
    List<AnswerColumn> columns = new ArrayList<>();
    for (ModelCall call : calls) {
      AnswerColumn column = column(call, input);
      type = type.add("answer_" + columns.size(), column.type(), true);
      columns.add(column);
    }
    return mapPartitions(
        new Project(Plans.seq(input), child), new AnswerColumns(kept.size(), columns), type);
  }

  /** The column of a call, whose arguments are added to the input. */
  private AnswerColumn column(ModelCall call, List<NamedExpression> input) {
    List<Expression> arguments = Plans.list(call.children());
    int[] ordinals = new int[arguments.size()];
    for (int i = 0; i < ordinals.length; i++) {
      ordinals[i] = input.size();
      input.add(PlaceCalls.alias(arguments.get(i), "argument_" + input.size()));
    }
    AnswerSettings answer =
        call.settings().answer(RUN, loader, Set.of(call.function().conversation()));
    return call.function().column(call.settings(), answer, ordinals);
  }

  private static StructType type(List<NamedExpression> columns) {
    StructType type = new StructType();
    for (NamedExpression column : columns) {
      Attribute attribute = column.toAttribute();
      type = type.add(attribute.name(), attribute.dataType(), attribute.nullable());
    }
    return type;
  }

  /**
   * A {@code Dataset.mapPartitions} over the plan, whose rows keep their order. It is analysed over
   * an empty relation with the plan's columns: a plan that is optimised already cannot be analysed
   * again.
   */
  private LogicalPlan mapPartitions(
      LogicalPlan input, MapPartitionsFunction<Row, Row> function, StructType type) {
    LocalRelation stand =
        new LocalRelation(input.output(), Plans.seq(List.of()), false, Option.empty());
    LogicalPlan mapped =
        Dataset$.MODULE$
            .ofRows(session, stand)
            .mapPartitions(function, Encoders.row(type))
            .queryExecution()
            .analyzed();
    return (LogicalPlan)
        mapped.transformUp(Plans.rewriting(node -> node instanceof LocalRelation ? input : node));
  }

  /** A result over the batch, under the name and id it had. */
  private static NamedExpression restored(Expression result, Map<ExprId, Attribute> renamed) {
    if (!(result instanceof Attribute column)) {
      return (NamedExpression) substituted(result, renamed);
    }
    return new Alias(
        renamed.get(column.exprId()),
        column.name(),
        column.exprId(),
        column.qualifier(),
        Option.apply(column.metadata()),
        Plans.seq(List.of()));
  }

  private static Expression substituted(Expression expression, Map<ExprId, Attribute> renamed) {
    return expression.transformDown(
        Plans.rewriting(
            node ->
                node instanceof Attribute column
                    ? renamed.getOrDefault(column.exprId(), column)
                    : node));
  }
}
