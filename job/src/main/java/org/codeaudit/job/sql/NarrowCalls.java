package org.codeaudit.job.sql;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.And;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.ExprId;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.GlobalLimit;
import org.apache.spark.sql.catalyst.plans.logical.LocalLimit;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.plans.logical.Sort;
import org.apache.spark.sql.catalyst.rules.Rule;
import scala.Option;

/**
 * Lets a query ask about no more rows than it shows: conditions on other columns and limits, also
 * those of rows sorted by other columns, are moved below a projection with calls. It gives one row
 * for each, so they mean the same there.
 */
final class NarrowCalls extends Rule<LogicalPlan> {

  @Override
  public LogicalPlan apply(LogicalPlan plan) {
    return plan.exists(Plans::hasCall)
        ? (LogicalPlan) plan.transformUp(Plans.rewriting(NarrowCalls::narrowed))
        : plan;
  }

  private static LogicalPlan narrowed(LogicalPlan operator) {
    if (operator instanceof Filter filter && isAsking(filter.child())) {
      return filtered(filter, (Project) filter.child());
    }
    if (operator instanceof LocalLimit limit && limit.limitExpr() instanceof Literal rows) {
      LogicalPlan child = limited(limit.child(), rows);
      return child == limit.child() ? operator : new LocalLimit(rows, child);
    }
    return operator;
  }

  /** Whether calls are all that keeps the optimizer from moving things below this operator. */
  private static boolean isAsking(LogicalPlan operator) {
    return operator instanceof Project project
        && Plans.hasCall(project)
        && Plans.expressions(project.projectList()).stream()
            .allMatch(result -> result.deterministic() || Plans.hasCall(result));
  }

  private static LogicalPlan filtered(Filter filter, Project project) {
    Map<ExprId, Expression> columns = plainColumns(project);
    List<Expression> below = new ArrayList<>();
    List<Expression> above = new ArrayList<>();
    for (Expression condition : conjuncts(filter.condition())) {
      substituted(condition, columns).ifPresentOrElse(below::add, () -> above.add(condition));
    }
    if (below.isEmpty()) {
      return filter;
    }
    LogicalPlan asking =
        new Project(project.projectList(), new Filter(and(below), project.child()));
    return above.isEmpty() ? asking : new Filter(and(above), asking);
  }

  private static LogicalPlan limited(LogicalPlan operator, Literal rows) {
    long most = ((Number) rows.value()).longValue();
    if (operator instanceof Project project && !Plans.hasCall(project)) {
      LogicalPlan child = limited(project.child(), rows);
      return child == project.child() ? operator : new Project(project.projectList(), child);
    }
    if (operator instanceof Sort sort && sort.global() && isAsking(sort.child())) {
      Project project = (Project) sort.child();
      if (isAtMost(project.child().maxRows(), most)) {
        return operator;
      }
      return sortedBelow(sort, project, rows).map(below -> withChild(sort, below)).orElse(operator);
    }
    if (isAsking(operator)) {
      Project project = (Project) operator;
      return isAtMost(project.child().maxRowsPerPartition(), most)
          ? operator
          : new Project(project.projectList(), new LocalLimit(rows, project.child()));
    }
    return operator;
  }

  private static LogicalPlan withChild(Sort sort, LogicalPlan child) {
    return sort.copy(sort.order(), sort.global(), child, sort.hint());
  }

  /** The projection over the first rows only, if what sorts them is no answer. */
  private static Optional<LogicalPlan> sortedBelow(Sort sort, Project project, Literal rows) {
    Map<ExprId, Expression> columns = plainColumns(project);
    List<SortOrder> order = new ArrayList<>();
    for (SortOrder by : Plans.list(sort.order())) {
      Optional<Expression> below = substituted(by, columns);
      if (below.isEmpty()) {
        return Optional.empty();
      }
      order.add((SortOrder) below.get());
    }
    Sort first = new Sort(Plans.seq(order), true, project.child(), Option.empty());
    return Optional.of(
        new Project(project.projectList(), new GlobalLimit(rows, new LocalLimit(rows, first))));
  }

  private static boolean isAtMost(Option<Object> rows, long most) {
    return rows.isDefined() && ((Number) rows.get()).longValue() <= most;
  }

  /** What the columns without calls are made of. */
  private static Map<ExprId, Expression> plainColumns(Project project) {
    Map<ExprId, Expression> columns = new HashMap<>();
    for (Expression result : Plans.expressions(project.projectList())) {
      if (result instanceof Attribute column) {
        columns.put(column.exprId(), column);
      } else if (result instanceof Alias alias && !Plans.hasCall(alias)) {
        columns.put(alias.exprId(), alias.child());
      }
    }
    return columns;
  }

  /** An expression in terms of what its columns are made of; empty if any of them is an answer. */
  private static Optional<Expression> substituted(
      Expression expression, Map<ExprId, Expression> columns) {
    boolean movable =
        expression.deterministic()
            && !Plans.contains(
                expression,
                node -> node instanceof Attribute column && !columns.containsKey(column.exprId()));
    return movable
        ? Optional.of(
            (Expression)
                expression.transformUp(
                    Plans.rewriting(
                        node ->
                            node instanceof Attribute column
                                ? columns.get(column.exprId())
                                : node)))
        : Optional.empty();
  }

  private static List<Expression> conjuncts(Expression condition) {
    if (!(condition instanceof And and)) {
      return List.of(condition);
    }
    List<Expression> all = new ArrayList<>(conjuncts(and.left()));
    all.addAll(conjuncts(and.right()));
    return all;
  }

  private static Expression and(List<Expression> conditions) {
    return conditions.stream().reduce(And::new).orElseThrow();
  }
}
