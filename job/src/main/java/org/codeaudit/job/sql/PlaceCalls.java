package org.codeaudit.job.sql;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.LambdaFunction;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.NamedLambdaVariable;
import org.apache.spark.sql.catalyst.expressions.aggregate.AggregateExpression;
import org.apache.spark.sql.catalyst.plans.logical.Aggregate;
import org.apache.spark.sql.catalyst.plans.logical.Expand;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.Generate;
import org.apache.spark.sql.catalyst.plans.logical.Join;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.plans.logical.RepartitionByExpression;
import org.apache.spark.sql.catalyst.plans.logical.Sort;
import org.apache.spark.sql.catalyst.plans.logical.Window;
import org.apache.spark.sql.catalyst.rules.Rule;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;

/**
 * Moves calls out of filters, joins, sorts, aggregates and the like into projections below them;
 * out of an aggregate that calls on its results, into one above. Calls stand in projections only
 * afterwards. The rewriting is that of Spark's own rules for Python functions.
 */
final class PlaceCalls extends Rule<LogicalPlan> {

  @Override
  public LogicalPlan apply(LogicalPlan plan) {
    return plan.resolveOperatorsUp(
        Plans.rewriting(operator -> operator.resolved() ? place(operator) : operator));
  }

  /**
   * The operator with its calls in projections.
   *
   * @throws AuditException {@code FUNCTION_PLACE} where that cannot be done
   */
  static LogicalPlan place(LogicalPlan operator) {
    if (!Plans.hasCall(operator)) {
      return operator;
    }
    refuseLambdas(operator);
    if (operator instanceof Project) {
      return operator;
    }
    if (operator instanceof Aggregate aggregate) {
      return afterwards(aggregate);
    }
    boolean known =
        operator instanceof Filter
            || operator instanceof Sort
            || operator instanceof Join
            || operator instanceof Window
            || operator instanceof Generate
            || operator instanceof Expand
            || operator instanceof RepartitionByExpression;
    if (!known) {
      throw misplaced(operator.nodeName());
    }
    return below(operator);
  }

  /** Each call goes to the child that has all its columns. */
  private static LogicalPlan below(LogicalPlan operator) {
    List<ModelCall> calls = new ArrayList<>();
    List<Attribute> answers = new ArrayList<>();
    List<LogicalPlan> children = new ArrayList<>();
    for (LogicalPlan child : Plans.list(operator.children())) {
      List<NamedExpression> columns = new ArrayList<>(Plans.list(child.output()));
      for (ModelCall call : outermost(operator)) {
        if (calls.stream().noneMatch(call::asksTheSame)
            && call.references().subsetOf(child.outputSet())) {
          Alias answer = alias(call, call.function().sqlName());
          columns.add(answer);
          calls.add(call);
          answers.add(answer.toAttribute());
        }
      }
      boolean asks = columns.size() > child.output().size();
      children.add(asks ? new Project(Plans.seq(columns), child) : child);
    }
    LogicalPlan placed =
        (LogicalPlan)
            operator
                .withNewChildren(Plans.seq(children))
                .mapExpressions(expression -> Plans.replace(expression, calls, answers));
    if (Plans.hasCall(placed)) {
      throw misplaced(operator.nodeName() + " that gives it columns of both sides");
    }
    return placed.output().equals(operator.output())
        ? placed
        : new Project(Plans.seq(Plans.list(operator.output())), placed);
  }

  private static List<ModelCall> outermost(LogicalPlan operator) {
    List<ModelCall> all = Plans.distinctCalls(Plans.list(operator.expressions()), call -> true);
    return all.stream()
        .filter(
            call ->
                all.stream()
                    .noneMatch(
                        other ->
                            other != call
                                && Plans.contains(other, node -> node != other && node == call)))
        .toList();
  }

  /** Calls on an aggregate's results stand above it, all others below. */
  private static LogicalPlan afterwards(Aggregate aggregate) {
    List<NamedExpression> above = new ArrayList<>();
    List<NamedExpression> within = new ArrayList<>();
    boolean moved = false;
    for (NamedExpression result : Plans.list(aggregate.aggregateExpressions())) {
      Expression expression = (Expression) result;
      if (callsOnResults(expression, aggregate)) {
        moved = true;
        above.add(
            (NamedExpression)
                expression.transformDown(
                    Plans.rewriting(node -> fromAggregate(node, aggregate, within))));
      } else {
        within.add(result);
        above.add(result.toAttribute());
      }
    }
    if (!moved) {
      return below(aggregate);
    }
    LogicalPlan rest =
        aggregate.copy(
            aggregate.groupingExpressions(),
            Plans.seq(within),
            aggregate.child(),
            aggregate.hint());
    return new Project(Plans.seq(above), Plans.hasCall(rest) ? below(rest) : rest);
  }

  private static boolean callsOnResults(Expression expression, Aggregate aggregate) {
    return Plans.contains(
        expression,
        node ->
            node instanceof ModelCall
                && !isGrouping(node, aggregate)
                && (node.references().isEmpty()
                    || Plans.contains(node, inner -> isResult(inner, aggregate))));
  }

  private static Expression fromAggregate(
      Expression node, Aggregate aggregate, List<NamedExpression> within) {
    if (!isResult(node, aggregate)) {
      return node;
    }
    NamedExpression named =
        node instanceof NamedExpression already ? already : alias(node, "aggregate");
    within.add(named);
    return named.toAttribute();
  }

  private static boolean isResult(Expression node, Aggregate aggregate) {
    return node instanceof AggregateExpression || isGrouping(node, aggregate);
  }

  private static boolean isGrouping(Expression node, Aggregate aggregate) {
    return Plans.list(aggregate.groupingExpressions()).stream().anyMatch(node::semanticEquals);
  }

  private static void refuseLambdas(LogicalPlan operator) {
    for (Expression expression : Plans.list(operator.expressions())) {
      if (Plans.contains(
          expression,
          node ->
              node instanceof LambdaFunction
                  && Plans.contains(
                      node,
                      inner ->
                          inner instanceof ModelCall
                              && Plans.contains(
                                  inner, leaf -> leaf instanceof NamedLambdaVariable)))) {
        throw misplaced("lambda function (explode the array first)");
      }
    }
  }

  static Alias alias(Expression expression, String name) {
    return new Alias(
        expression,
        name,
        NamedExpression.newExprId(),
        Plans.seq(List.of()),
        scala.Option.empty(),
        Plans.seq(List.of()));
  }

  private static AuditException misplaced(String place) {
    return new AuditException(
        ErrorClass.FUNCTION_PLACE,
        "ai_generate and ai_review cannot be called in a " + place,
        "the model is asked about many rows of one table at once",
        "Call the function in the SELECT list of a subquery and use its column here");
  }
}
