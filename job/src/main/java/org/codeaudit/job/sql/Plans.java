package org.codeaudit.job.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import scala.PartialFunction;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractPartialFunction;

/** Catalyst's trees seen from Java. */
final class Plans {
  private Plans() {}

  static <T> Seq<T> seq(List<? extends T> list) {
    return CollectionConverters.<T>asScala(new ArrayList<T>(list)).toList();
  }

  static <T> List<T> list(scala.collection.Seq<T> seq) {
    return CollectionConverters.asJava(seq);
  }

  static List<Expression> expressions(Seq<NamedExpression> named) {
    return list(named).stream().map(expression -> (Expression) expression).toList();
  }

  /** What rewrites a node, or gives it back as it is. */
  static <T> PartialFunction<T, T> rewriting(UnaryOperator<T> rewrite) {
    return new AbstractPartialFunction<>() {
      private static final long serialVersionUID = 1L;

      @Override
      public boolean isDefinedAt(T node) {
        return true;
      }

      @Override
      public T apply(T node) {
        return rewrite.apply(node);
      }
    };
  }

  static boolean contains(Expression expression, Predicate<Expression> condition) {
    return expression.exists(condition::test);
  }

  static boolean hasCall(Expression expression) {
    return contains(expression, node -> node instanceof ModelCall);
  }

  /** Whether a call stands in this operator itself. */
  static boolean hasCall(LogicalPlan operator) {
    return list(operator.expressions()).stream().anyMatch(Plans::hasCall);
  }

  /** The calls that satisfy a condition, those that ask the same only once. */
  static List<ModelCall> distinctCalls(
      List<? extends Expression> expressions, Predicate<ModelCall> condition) {
    List<ModelCall> calls = new ArrayList<>();
    for (Expression expression : expressions) {
      expression.foreach(
          node -> {
            if (node instanceof ModelCall call
                && condition.test(call)
                && calls.stream().noneMatch(call::asksTheSame)) {
              calls.add(call);
            }
            return null;
          });
    }
    return calls;
  }

  /** Calls inside of which no other stands: those that can be asked first. */
  static boolean isInnermost(ModelCall call) {
    return list(call.children()).stream().noneMatch(Plans::hasCall);
  }

  /** Replaces those calls that ask the same as a known one. */
  static Expression replace(
      Expression expression, List<ModelCall> calls, List<? extends Expression> replacements) {
    return expression.transformDown(
        rewriting(
            node -> {
              for (int i = 0; i < calls.size() && node instanceof ModelCall call; i++) {
                if (calls.get(i).asksTheSame(call)) {
                  return replacements.get(i);
                }
              }
              return node;
            }));
  }
}
