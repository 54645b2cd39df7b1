package org.codeaudit.token.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A statement of a template; executing it writes text and sets variables. */
sealed interface Statement {

  /** How execution goes on. */
  enum Flow {
    NEXT,
    BREAK,
    CONTINUE
  }

  Flow execute(Context context, Text.Builder out);

  /** A sequence of statements. */
  record Block(List<Statement> statements) {
    Flow execute(Context context, Text.Builder out) {
      for (Statement statement : statements) {
        Flow flow = statement.execute(context, out);
        if (flow != Flow.NEXT) {
          return flow;
        }
      }
      return Flow.NEXT;
    }

    /** What the statements write, with variables of their own. */
    Text render(Context context) {
      Text.Builder written = new Text.Builder();
      execute(context.inner(), written);
      return written.build();
    }
  }

  /** The template's own text. */
  record Data(Text text) implements Statement {
    @Override
    public Flow execute(Context context, Text.Builder out) {
      context.budget().characters(text.length());
      out.append(text);
      return Flow.NEXT;
    }
  }

  /** {@code {{ value }}}. */
  record Output(int line, Expression value) implements Statement {
    @Override
    public Flow execute(Context context, Text.Builder out) {
      context.at(line);
      Text text = Values.string(value.evaluate(context), context);
      context.budget().characters(text.length());
      out.append(text);
      return Flow.NEXT;
    }
  }

  /** {@code set target = value}. */
  record Set(int line, Target target, Expression value) implements Statement {
    @Override
    public Flow execute(Context context, Text.Builder out) {
      context.at(line);
      target.assign(value.evaluate(context), context);
      return Flow.NEXT;
    }
  }

  /** {@code set target} … {@code endset}; the filters apply to {@link FilterInput}. */
  record SetBlock(int line, Target target, Block body, Expression filtered) implements Statement {
    @Override
    public Flow execute(Context context, Text.Builder out) {
      context.at(line);
      Text text = body.render(context);
      target.assign(FilterInput.apply(filtered, text, context), context);
      return Flow.NEXT;
    }
  }

  /** {@code filter name} … {@code endfilter}. */
  record FilterBlock(int line, Block body, Expression filtered) implements Statement {
    @Override
    public Flow execute(Context context, Text.Builder out) {
      context.at(line);
      Object text = FilterInput.apply(filtered, body.render(context), context);
      out.append(Values.string(text, context));
      return Flow.NEXT;
    }
  }

  /** A condition and what to do if it holds. */
  record Branch(int line, Expression condition, Block body) {}

  record If(List<Branch> branches, Block otherwise) implements Statement {
    @Override
    public Flow execute(Context context, Text.Builder out) {
      for (Branch branch : branches) {
        context.at(branch.line());
        if (Values.truth(branch.condition().evaluate(context))) {
          return branch.body().execute(context, out);
        }
      }
      return otherwise.execute(context, out);
    }
  }

  /** {@code for target in iterable if condition} … {@code else} …. */
  record For(
      int line,
      Target target,
      Expression iterable,
      Expression condition,
      Block body,
      Block otherwise,
      int depth)
      implements Statement {
    @Override
    public Flow execute(Context context, Text.Builder out) {
      context.at(line);
      List<Object> elements = new ArrayList<>();
      for (Object element : Values.elements(iterable.evaluate(context), context)) {
        if (selected(element, context)) {
          elements.add(element);
        }
      }
      Loop loop = new Loop(elements, depth);
      for (int index = 0; index < elements.size(); index++) {
        context.at(line);
        loop.moveTo(index);
        Context inner = context.inner();
        target.assign(elements.get(index), inner);
        inner.set("loop", loop);
        if (body.execute(inner, out) == Flow.BREAK) {
          break;
        }
      }
      return elements.isEmpty() ? otherwise.execute(context.inner(), out) : Flow.NEXT;
    }

    private boolean selected(Object element, Context context) {
      if (condition == null) {
        return true;
      }
      Context inner = context.inner();
      target.assign(element, inner);
      return Values.truth(condition.evaluate(inner));
    }
  }

  record Break() implements Statement {
    @Override
    public Flow execute(Context context, Text.Builder out) {
      return Flow.BREAK;
    }
  }

  record Continue() implements Statement {
    @Override
    public Flow execute(Context context, Text.Builder out) {
      return Flow.CONTINUE;
    }
  }

  /** {@code macro name(parameter, other=default)} …. */
  record Macro(int line, String name, Map<String, Expression> parameters, Block body)
      implements Statement {
    @Override
    public Flow execute(Context context, Text.Builder out) {
      context.at(line);
      context.set(name, (Function) call -> call(call, context));
      return Flow.NEXT;
    }

    /** Parameters without a value and a default are undefined. */
    private Object call(Arguments call, Context definition) {
      Context context = definition.inner();
      String[] names = parameters.keySet().toArray(String[]::new);
      call.expect(names);
      for (int at = 0; at < names.length; at++) {
        Object value = call.optional(at, names[at], null);
        Expression otherwise = parameters.get(names[at]);
        if (value == null) {
          value =
              otherwise instanceof Expression.Missing
                  ? new Undefined("parameter '" + names[at] + "' was not provided")
                  : otherwise.evaluate(context);
        }
        context.set(names[at], value);
      }
      context.budget().enter();
      Text text = body.render(context);
      context.budget().leave();
      return text;
    }
  }

  /** {@code generation} marks what the assistant writes; it is written as it is. */
  record Generation(Block body) implements Statement {
    @Override
    public Flow execute(Context context, Text.Builder out) {
      out.append(body.render(context));
      return Flow.NEXT;
    }
  }

  /** {@code with name = value} …. */
  record With(int line, Map<String, Expression> values, Block body) implements Statement {
    @Override
    public Flow execute(Context context, Text.Builder out) {
      context.at(line);
      Context inner = context.inner();
      values.forEach((name, value) -> inner.set(name, value.evaluate(context)));
      return body.execute(inner, out);
    }
  }
}
