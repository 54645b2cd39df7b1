package org.codeaudit.token.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Parses expressions, with the precedence of Jinja. */
final class ExpressionParser {
  private static final Expression NONE = new Expression.Literal(None.NONE);
  private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");

  private final TokenStream stream;

  ExpressionParser(TokenStream stream) {
    this.stream = stream;
  }

  /** An expression, or several with commas between them, which are a tuple. */
  Expression tuple() {
    return tuple(true);
  }

  /** As {@link #tuple()}; what a for loop goes through has no inline if. */
  Expression tuple(boolean conditional) {
    Expression first = conditional ? expression() : or();
    if (!stream.current().operator(",")) {
      return first;
    }
    List<Expression> items = new ArrayList<>(List.of(first));
    while (stream.skip(",") && !endsTuple()) {
      items.add(conditional ? expression() : or());
    }
    return new Expression.TupleLiteral(items);
  }

  private boolean endsTuple() {
    Token.Kind kind = stream.current().kind();
    return kind == Token.Kind.BLOCK_END
        || kind == Token.Kind.VARIABLE_END
        || stream.current().operator(")");
  }

  Expression expression() {
    stream.enter();
    Expression value = or();
    while (stream.skipName("if")) {
      Expression condition = or();
      Expression otherwise = stream.skipName("else") ? expression() : new Expression.Missing();
      value = new Expression.Conditional(condition, value, otherwise);
    }
    stream.leave();
    return value;
  }

  private Expression or() {
    Expression left = and();
    while (stream.skipName("or")) {
      left = new Expression.Logical(false, left, and());
    }
    return left;
  }

  private Expression and() {
    Expression left = not();
    while (stream.skipName("and")) {
      left = new Expression.Logical(true, left, not());
    }
    return left;
  }

  private Expression not() {
    if (!stream.current().name("not")) {
      return comparison();
    }
    stream.enter();
    stream.next();
    Expression value = new Expression.Not(not());
    stream.leave();
    return value;
  }

  private Expression comparison() {
    Expression first = sum();
    List<Expression.Operand> others = new ArrayList<>();
    while (true) {
      Token token = stream.current();
      if (token.kind() == Token.Kind.OPERATOR && COMPARISONS.contains(token.text())) {
        stream.next();
        others.add(new Expression.Operand(token.text(), sum()));
      } else if (stream.skipName("in")) {
        others.add(new Expression.Operand("in", sum()));
      } else if (token.name("not") && stream.ahead().name("in")) {
        stream.next();
        stream.next();
        others.add(new Expression.Operand("not in", sum()));
      } else {
        return others.isEmpty() ? first : new Expression.Comparison(first, others);
      }
    }
  }

  private Expression sum() {
    Expression left = concatenation();
    while (stream.current().operator("+") || stream.current().operator("-")) {
      left = new Expression.Binary(stream.next().text(), left, concatenation());
    }
    return left;
  }

  private Expression concatenation() {
    Expression left = product();
    while (stream.skip("~")) {
      left = new Expression.Binary("~", left, product());
    }
    return left;
  }

  private Expression product() {
    Expression left = power();
    while (Set.of("*", "/", "//", "%").contains(stream.current().text())
        && stream.current().kind() == Token.Kind.OPERATOR) {
      left = new Expression.Binary(stream.next().text(), left, power());
    }
    return left;
  }

  private Expression power() {
    Expression left = unary(true);
    while (stream.skip("**")) {
      left = new Expression.Binary("**", left, unary(true));
    }
    return left;
  }

  private Expression unary(boolean filters) {
    stream.enter();
    Expression value;
    if (stream.skip("-")) {
      value = new Expression.Negative(unary(false));
    } else if (stream.skip("+")) {
      value = new Expression.Positive(unary(false));
    } else {
      value = primary();
    }
    value = postfix(value);
    value = filters ? filters(value) : value;
    stream.leave();
    return value;
  }

  private Expression primary() {
    Token token = stream.current();
    switch (token.kind()) {
      case NAME:
        stream.next();
        return name(token);
      case STRING:
        return strings();
      case INTEGER:
        stream.next();
        return new Expression.Literal(integer(token));
      case FLOAT:
        stream.next();
        return new Expression.Literal(Double.valueOf(token.text().replace("_", "")));
      default:
        return bracketed();
    }
  }

  private static Expression name(Token token) {
    return switch (token.text()) {
      case "true", "True" -> new Expression.Literal(true);
      case "false", "False" -> new Expression.Literal(false);
      case "none", "None" -> NONE;
      default -> new Expression.Name(token.text());
    };
  }

  /** String literals side by side are one. */
  private Expression strings() {
    StringBuilder text = new StringBuilder();
    while (stream.current().kind() == Token.Kind.STRING) {
      text.append(stream.next().text());
    }
    return new Expression.Literal(Text.trusted(text.toString()));
  }

  private static Long integer(Token token) {
    String digits = token.text().replace("_", "").toLowerCase(java.util.Locale.ROOT);
    try {
      if (digits.startsWith("0x")) {
        return Long.valueOf(digits.substring(2), 16);
      } else if (digits.startsWith("0o")) {
        return Long.valueOf(digits.substring(2), 8);
      }
      return digits.startsWith("0b") ? Long.valueOf(digits.substring(2), 2) : Long.valueOf(digits);
    } catch (NumberFormatException e) {
      throw TemplateErrors.unsupported(token.line(), "an integer beyond 64 bits");
    }
  }

  private Expression bracketed() {
    if (stream.skip("(")) {
      if (stream.skip(")")) {
        return new Expression.TupleLiteral(List.of());
      }
      Expression value = tuple();
      stream.expect(")");
      return value;
    } else if (stream.skip("[")) {
      return list();
    } else if (stream.skip("{")) {
      return map();
    }
    throw stream.unexpected("an expression");
  }

  private Expression list() {
    List<Expression> items = new ArrayList<>();
    while (!stream.skip("]")) {
      if (!items.isEmpty()) {
        stream.expect(",");
        if (stream.skip("]")) {
          break;
        }
      }
      items.add(expression());
    }
    return new Expression.ListLiteral(items);
  }

  private Expression map() {
    List<Expression.Entry> entries = new ArrayList<>();
    while (!stream.skip("}")) {
      if (!entries.isEmpty()) {
        stream.expect(",");
        if (stream.skip("}")) {
          break;
        }
      }
      Expression key = expression();
      stream.expect(":");
      entries.add(new Expression.Entry(key, expression()));
    }
    return new Expression.MapLiteral(entries);
  }

  private Expression postfix(Expression value) {
    Expression result = value;
    while (true) {
      if (stream.skip(".")) {
        Token key = stream.next();
        if (key.kind() == Token.Kind.INTEGER) {
          result = new Expression.Item(result, new Expression.Literal(integer(key)));
        } else if (key.kind() == Token.Kind.NAME) {
          result = new Expression.Attribute(result, key.text());
        } else {
          throw TemplateErrors.syntax(key.line(), "there is " + key + " where a name should be");
        }
      } else if (stream.skip("[")) {
        result = subscript(result);
      } else if (stream.skip("(")) {
        result = new Expression.Call(result, arguments());
      } else {
        return result;
      }
    }
  }

  private Expression subscript(Expression object) {
    Expression start = stream.current().operator(":") ? NONE : expression();
    if (stream.skip("]")) {
      return new Expression.Item(object, start);
    }
    if (stream.current().operator(",")) {
      throw TemplateErrors.unsupported(stream.current().line(), "a subscript with several keys");
    }
    stream.expect(":");
    Expression stop = bound();
    Expression step = stream.skip(":") ? bound() : NONE;
    stream.expect("]");
    return new Expression.Slice(object, start, stop, step);
  }

  private Expression bound() {
    return stream.current().operator(":") || stream.current().operator("]") ? NONE : expression();
  }

  /** Arguments after the opening parenthesis, and the closing one. */
  private Expression.ArgumentList arguments() {
    List<Expression> positional = new ArrayList<>();
    Map<String, Expression> named = new LinkedHashMap<>();
    Optional<Expression> list = Optional.empty();
    Optional<Expression> mapping = Optional.empty();
    boolean first = true;
    while (!stream.skip(")")) {
      if (!first) {
        stream.expect(",");
        if (stream.skip(")")) {
          break;
        }
      }
      first = false;
      if (mapping.isPresent()) {
        throw stream.unexpected("the end of the arguments");
      } else if (list.isEmpty() && stream.skip("*")) {
        list = Optional.of(expression());
      } else if (stream.skip("**")) {
        mapping = Optional.of(expression());
      } else if (stream.current().kind() == Token.Kind.NAME && stream.ahead().operator("=")) {
        String name = stream.name();
        stream.next();
        named.put(name, expression());
      } else if (named.isEmpty() && list.isEmpty()) {
        positional.add(expression());
      } else {
        throw stream.unexpected("a named argument");
      }
    }
    return new Expression.ArgumentList(positional, named, list, mapping);
  }

  private Expression filters(Expression value) {
    Expression result = value;
    while (true) {
      if (stream.current().operator("|")) {
        result = filter(result);
      } else if (stream.skipName("is")) {
        result = test(result);
      } else if (stream.skip("(")) {
        result = new Expression.Call(result, arguments());
      } else {
        return result;
      }
    }
  }

  /** The filters that follow, applied to a value; the value itself where there are none. */
  Expression filterChain(Expression value) {
    Expression result = value;
    while (stream.current().operator("|")) {
      result = filter(result);
    }
    return result;
  }

  private Expression filter(Expression value) {
    stream.expect("|");
    return namedFilter(value);
  }

  /** A filter's name and arguments, without the bar before it. */
  Expression namedFilter(Expression value) {
    String name = dottedName();
    Expression.ArgumentList arguments =
        stream.skip("(") ? arguments() : Expression.ArgumentList.NONE;
    return new Expression.Filter(name, value, arguments);
  }

  private Expression test(Expression value) {
    boolean negated = stream.skipName("not");
    String name = dottedName();
    Expression.ArgumentList arguments = Expression.ArgumentList.NONE;
    if (stream.skip("(")) {
      arguments = arguments();
    } else if (beginsArgument()) {
      arguments = Expression.ArgumentList.of(List.of(postfix(primary())));
    }
    Expression test = new Expression.Test(name, value, arguments);
    return negated ? new Expression.Not(test) : test;
  }

  private boolean beginsArgument() {
    Token token = stream.current();
    return switch (token.kind()) {
      case NAME -> {
        if (token.name("is")) {
          throw TemplateErrors.syntax(token.line(), "two tests with 'is' cannot follow each other");
        }
        yield !Set.of("else", "or", "and").contains(token.text());
      }
      case STRING, INTEGER, FLOAT -> true;
      default -> token.operator("[") || token.operator("{");
    };
  }

  private String dottedName() {
    StringBuilder name = new StringBuilder(stream.name());
    while (stream.skip(".")) {
      name.append('.').append(stream.name());
    }
    return name.toString();
  }
}
