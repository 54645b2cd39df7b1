package org.codeaudit.token.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Parses the statements of a template. */
final class Parser {
  private static final Statement.Block NOTHING = new Statement.Block(List.of());

  private final TokenStream stream;
  private final ExpressionParser expressions;
  private int loops;

  private Parser(List<Token> tokens) {
    this.stream = new TokenStream(tokens);
    this.expressions = new ExpressionParser(stream);
  }

  static Statement.Block parse(String template) {
    Parser parser = new Parser(Lexer.tokens(template));
    return parser.block(Set.of());
  }

  /** Statements up to a tag of one of these names, which is left to the caller. */
  private Statement.Block block(Set<String> ends) {
    stream.enter();
    List<Statement> statements = new ArrayList<>();
    while (true) {
      Token token = stream.current();
      switch (token.kind()) {
        case DATA -> statements.add(new Statement.Data(Text.trusted(stream.next().text())));
        case VARIABLE_BEGIN -> {
          stream.next();
          statements.add(new Statement.Output(token.line(), expressions.tuple()));
          stream.expect(Token.Kind.VARIABLE_END, "'}}'");
        }
        case BLOCK_BEGIN -> {
          if (ends.contains(stream.ahead().text())) {
            stream.next();
            stream.leave();
            return new Statement.Block(List.copyOf(statements));
          }
          stream.next();
          statements.add(statement());
        }
        default -> {
          if (!ends.isEmpty()) {
            throw stream.unexpected("one of the tags " + new java.util.TreeSet<>(ends));
          }
          stream.leave();
          return new Statement.Block(List.copyOf(statements));
        }
      }
    }
  }

  /** A body after its opening tag; its end tag is read as well. */
  private Statement.Block body(String end) {
    endTag();
    Statement.Block body = block(Set.of(end));
    stream.expectName(end);
    endTag();
    return body;
  }

  private void endTag() {
    stream.expect(Token.Kind.BLOCK_END, "'%}'");
  }

  private Statement statement() {
    int line = stream.current().line();
    String tag = stream.name();
    return switch (tag) {
      case "set" -> set(line);
      case "if" -> branches(line);
      case "for" -> loop(line);
      case "macro" -> macro(line);
      case "filter" -> filterBlock(line);
      case "with" -> with(line);
      case "generation" -> new Statement.Generation(body("endgeneration"));
      case "break" -> inLoop(line, new Statement.Break());
      case "continue" -> inLoop(line, new Statement.Continue());
      default -> throw TemplateErrors.unsupported(line, "the tag '" + tag + "'");
    };
  }

  private Statement inLoop(int line, Statement statement) {
    if (loops == 0) {
      throw TemplateErrors.syntax(line, "break and continue belong in a loop");
    }
    endTag();
    return statement;
  }

  private Statement set(int line) {
    Target target = target(true);
    if (stream.skip("=")) {
      Statement set = new Statement.Set(line, target, expressions.tuple());
      endTag();
      return set;
    }
    Expression filtered = expressions.filterChain(FilterInput.EXPRESSION);
    return new Statement.SetBlock(line, target, body("endset"), filtered);
  }

  private Statement filterBlock(int line) {
    Expression first = expressions.namedFilter(FilterInput.EXPRESSION);
    Expression filtered = expressions.filterChain(first);
    return new Statement.FilterBlock(line, body("endfilter"), filtered);
  }

  private Target target(boolean fields) {
    Target first = oneTarget(fields);
    if (!stream.current().operator(",")) {
      return first;
    }
    List<Target> targets = new ArrayList<>(List.of(first));
    while (stream.skip(",") && stream.current().kind() == Token.Kind.NAME) {
      targets.add(oneTarget(fields));
    }
    return new Target.Several(targets);
  }

  private Target oneTarget(boolean fields) {
    if (stream.skip("(")) {
      Target inner = target(fields);
      stream.expect(")");
      return inner;
    }
    String name = stream.name();
    if (fields && stream.skip(".")) {
      return new Target.Field(name, stream.name());
    }
    return new Target.Variable(name);
  }

  private Statement branches(int line) {
    List<Statement.Branch> branches = new ArrayList<>();
    int branchLine = line;
    while (true) {
      Expression condition = expressions.tuple(false);
      endTag();
      Statement.Block body = block(Set.of("elif", "else", "endif"));
      branches.add(new Statement.Branch(branchLine, condition, body));
      Token end = stream.next();
      if (end.name("elif")) {
        branchLine = end.line();
      } else if (end.name("else")) {
        return new Statement.If(branches, body("endif"));
      } else {
        endTag();
        return new Statement.If(branches, NOTHING);
      }
    }
  }

  private Statement loop(int line) {
    Target target = target(false);
    stream.expectName("in");
    Expression iterable = expressions.tuple(false);
    Expression condition = stream.skipName("if") ? expressions.expression() : null;
    if (stream.current().name("recursive")) {
      throw TemplateErrors.unsupported(line, "a recursive loop");
    }
    endTag();
    loops++;
    int depth = loops;
    Statement.Block body = block(Set.of("else", "endfor"));
    loops--;
    Statement.Block otherwise = NOTHING;
    if (stream.next().name("else")) {
      otherwise = body("endfor");
    } else {
      endTag();
    }
    return new Statement.For(line, target, iterable, condition, body, otherwise, depth);
  }

  private Statement macro(int line) {
    String name = stream.name();
    stream.expect("(");
    Map<String, Expression> parameters = new LinkedHashMap<>();
    while (!stream.skip(")")) {
      if (!parameters.isEmpty()) {
        stream.expect(",");
      }
      String parameter = stream.name();
      boolean defaulted = stream.skip("=");
      parameters.put(parameter, defaulted ? expressions.expression() : new Expression.Missing());
    }
    int around = loops;
    loops = 0;
    Statement.Block body = body("endmacro");
    loops = around;
    return new Statement.Macro(line, name, parameters, body);
  }

  private Statement with(int line) {
    Map<String, Expression> values = new LinkedHashMap<>();
    while (stream.current().kind() == Token.Kind.NAME) {
      String name = stream.name();
      stream.expect("=");
      values.put(name, expressions.expression());
      stream.skip(",");
    }
    return new Statement.With(line, values, body("endwith"));
  }
}
