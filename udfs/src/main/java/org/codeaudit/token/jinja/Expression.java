package org.codeaudit.token.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An expression of a template; evaluating it gives a value, never null. */
sealed interface Expression {

  Object evaluate(Context context);

  /** A string, number, boolean or none. */
  record Literal(Object value) implements Expression {
    @Override
    public Object evaluate(Context context) {
      return value;
    }
  }

  record Name(String name) implements Expression {
    @Override
    public Object evaluate(Context context) {
      context.budget().step();
      return context.variable(name);
    }
  }

  record ListLiteral(List<Expression> items) implements Expression {
    @Override
    public Object evaluate(Context context) {
      return Expression.all(items, context);
    }
  }

  record TupleLiteral(List<Expression> items) implements Expression {
    @Override
    public Object evaluate(Context context) {
      return new Tuple(Expression.all(items, context));
    }
  }

  record Entry(Expression key, Expression value) {}

  record MapLiteral(List<Entry> entries) implements Expression {
    @Override
    public Object evaluate(Context context) {
      Map<Object, Object> map = new LinkedHashMap<>();
      for (Entry entry : entries) {
        map.put(entry.key().evaluate(context), entry.value().evaluate(context));
      }
      return map;
    }
  }

  record Attribute(Expression object, String name) implements Expression {
    @Override
    public Object evaluate(Context context) {
      context.budget().step();
      return Access.attribute(object.evaluate(context), name, context);
    }
  }

  record Item(Expression object, Expression key) implements Expression {
    @Override
    public Object evaluate(Context context) {
      context.budget().step();
      return Access.item(object.evaluate(context), key.evaluate(context), context);
    }
  }

  /** {@code object[start:stop:step]}; bounds that are left out are none. */
  record Slice(Expression object, Expression start, Expression stop, Expression step)
      implements Expression {
    @Override
    public Object evaluate(Context context) {
      return Access.slice(
          object.evaluate(context),
          start.evaluate(context),
          stop.evaluate(context),
          step.evaluate(context),
          context);
    }
  }

  /**
   * Arguments as written.
   *
   * @param list gives further positional ones, as in {@code f(*list)}
   * @param mapping gives further named ones, as in {@code f(**mapping)}
   */
  record ArgumentList(
      List<Expression> positional,
      Map<String, Expression> named,
      Optional<Expression> list,
      Optional<Expression> mapping) {
    static final ArgumentList NONE = of(List.of());

    static ArgumentList of(List<Expression> positional) {
      return new ArgumentList(positional, Map.of(), Optional.empty(), Optional.empty());
    }

    Arguments evaluate(String callee, Context context) {
      List<Object> positions = Expression.all(positional, context);
      list.ifPresent(more -> positions.addAll(Values.elements(more.evaluate(context), context)));
      Map<String, Object> names = new LinkedHashMap<>();
      named.forEach((name, value) -> names.put(name, value.evaluate(context)));
      mapping.ifPresent(more -> addNamed(names, more.evaluate(context), callee, context));
      return new Arguments(callee, positions, names, context);
    }

    private static void addNamed(
        Map<String, Object> names, Object mapping, String callee, Context context) {
      if (!(mapping instanceof Map<?, ?> more)) {
        throw context.error(
            callee + " takes named arguments from a mapping, not " + Values.type(mapping));
      }
      context.budget().steps(more.size());
      more.forEach(
          (name, value) -> {
            if (!(name instanceof Text) || names.put(name.toString(), value) != null) {
              throw context.error(callee + " is given an argument twice, or one without a name");
            }
          });
    }
  }

  record Call(Expression callee, ArgumentList arguments) implements Expression {
    @Override
    public Object evaluate(Context context) {
      context.budget().step();
      Object function = callee.evaluate(context);
      String name = Expression.spelling(callee);
      if (function instanceof Undefined undefined) {
        throw context.error(undefined.what());
      }
      if (!(function instanceof Function callable)) {
        throw context.error(name + " is " + Values.type(function) + " and cannot be called");
      }
      return callable.call(arguments.evaluate(name, context));
    }
  }

  record Filter(String name, Expression value, ArgumentList arguments) implements Expression {
    @Override
    public Object evaluate(Context context) {
      context.budget().step();
      return Filters.apply(
          name, value.evaluate(context), arguments.evaluate("filter " + name, context));
    }
  }

  record Test(String name, Expression value, ArgumentList arguments) implements Expression {
    @Override
    public Object evaluate(Context context) {
      context.budget().step();
      return Tests.apply(
          name, value.evaluate(context), arguments.evaluate("test " + name, context));
    }
  }

  record Not(Expression value) implements Expression {
    @Override
    public Object evaluate(Context context) {
      return !Values.truth(value.evaluate(context));
    }
  }

  record Negative(Expression value) implements Expression {
    @Override
    public Object evaluate(Context context) {
      return Operators.apply("-", 0L, value.evaluate(context), context);
    }
  }

  record Positive(Expression value) implements Expression {
    @Override
    public Object evaluate(Context context) {
      return Operators.apply("+", 0L, value.evaluate(context), context);
    }
  }

  /** The first operand if it decides, else the second. */
  record Logical(boolean and, Expression left, Expression right) implements Expression {
    @Override
    public Object evaluate(Context context) {
      Object value = left.evaluate(context);
      return Values.truth(value) == and ? right.evaluate(context) : value;
    }
  }

  record Binary(String operator, Expression left, Expression right) implements Expression {
    @Override
    public Object evaluate(Context context) {
      context.budget().step();
      return Operators.apply(operator, left.evaluate(context), right.evaluate(context), context);
    }
  }

  record Operand(String operator, Expression value) {}

  /** {@code a < b <= c}: true while every neighbouring pair is. */
  record Comparison(Expression first, List<Operand> others) implements Expression {
    @Override
    public Object evaluate(Context context) {
      Object left = first.evaluate(context);
      for (Operand other : others) {
        context.budget().step();
        Object right = other.value().evaluate(context);
        if (!Operators.holds(other.operator(), left, right, context)) {
          return false;
        }
        left = right;
      }
      return true;
    }
  }

  record Conditional(Expression condition, Expression then, Expression otherwise)
      implements Expression {
    @Override
    public Object evaluate(Context context) {
      return Values.truth(condition.evaluate(context))
          ? then.evaluate(context)
          : otherwise.evaluate(context);
    }
  }

  /** What an inline {@code if} without {@code else} stands for when its condition is false. */
  record Missing() implements Expression {
    @Override
    public Object evaluate(Context context) {
      return new Undefined("the inline if-expression was false and has no else");
    }
  }

  private static List<Object> all(List<Expression> expressions, Context context) {
    context.budget().steps(expressions.size());
    List<Object> values = new ArrayList<>(expressions.size());
    for (Expression expression : expressions) {
      values.add(expression.evaluate(context));
    }
    return values;
  }

  private static String spelling(Expression expression) {
    if (expression instanceof Name name) {
      return name.name();
    }
    return expression instanceof Attribute attribute ? attribute.name() : "the expression";
  }
}
