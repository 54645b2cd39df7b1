package org.codeaudit.job.sql;

import java.util.List;
import org.apache.spark.sql.catalyst.expressions.EqualNullSafe;
import org.apache.spark.sql.catalyst.expressions.EqualTo;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.plans.logical.Join;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.RepartitionByExpression;
import org.apache.spark.sql.catalyst.plans.logical.Sort;
import scala.Option;

/**
 * Some operators read their input more than once: what sorts or partitions by ranges samples it
 * first, and a join without equal keys reads one side for each partition of the other. Below these,
 * answers go through a shuffle, whose files are read again where the model would be asked again.
 */
final class ShuffleAnswers {
  private ShuffleAnswers() {}

  static LogicalPlan below(LogicalPlan operator) {
    return readsTwice(operator)
        ? (LogicalPlan) operator.mapChildren(ShuffleAnswers::shuffled)
        : operator;
  }

  private static LogicalPlan shuffled(LogicalPlan child) {
    return child.exists(Plans::hasCall)
        ? new RepartitionByExpression(Plans.seq(List.of()), child, Option.empty(), Option.empty())
        : child;
  }

  private static boolean readsTwice(LogicalPlan operator) {
    if (operator instanceof Sort sort) {
      return sort.global();
    }
    if (operator instanceof RepartitionByExpression repartition) {
      return Plans.list(repartition.partitionExpressions()).stream()
          .anyMatch(by -> by instanceof SortOrder);
    }
    return operator instanceof Join join
        && Plans.list(join.condition().toList()).stream()
            .noneMatch(
                condition ->
                    Plans.contains(
                        condition,
                        node -> node instanceof EqualTo || node instanceof EqualNullSafe));
  }
}
