package org.codeaudit.syntax.flow;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.codeaudit.syntax.Kinds;
import org.codeaudit.syntax.ParsedCode;
import org.codeaudit.syntax.SyntaxTree;
import org.codeaudit.syntax.flow.Branches.Branch;

/**
 * What expressions are worth wherever the code runs, as far as that is simple: whole numbers,
 * characters and strings, booleans, and variables that can only hold one of them. And which
 * branches they rule out. A value is a {@link Long}, a {@link Boolean} or a {@link String}; a
 * character is a string of one.
 */
final class Constants {
  private static final int MOST_DEPTH = 40;

  private static final Set<String> NUMBERS =
      Kinds.set(
          """
          decimal_integer_literal hex_integer_literal integer_literal number integer int_literal
          number_literal
          """);
  private static final Set<String> BOOLEANS =
      Kinds.set("true false boolean_literal boolean True False");
  private static final Set<String> STRINGS =
      Kinds.set(
          """
          string_literal character_literal char_literal string interpreted_string_literal
          rune_literal encapsed_string
          """);
  private static final Set<String> INTERPOLATED =
      Kinds.set("interpolation variable_name interpolated_identifier interpolated_expression");

  /** What stands around a value and does not change it. */
  private static final Set<String> WRAPPERS =
      Kinds.set(
          "parenthesized_expression parenthesized_statements const_block argument value_argument");

  private static final Set<String> OPERATIONS =
      Kinds.set(
          """
          binary_expression binary binary_operator boolean_operator comparison_operator
          additive_expression multiplicative_expression comparison_expression equality_expression
          conjunction_expression disjunction_expression
          """);
  private static final Set<String> NEGATIONS =
      Kinds.set(
          "unary_expression unary not_operator unary_operator prefix_expression unary_op_expression");

  private static final Pattern NUMBER = Pattern.compile("(0[xX][0-9a-fA-F]+|[0-9]+)[uUlLiI0-9]*");
  private static final Pattern QUOTED =
      Pattern.compile("(?s)[bu@L]?(\"\"\"|'''|\"|'|`)([^\\\\]*)\\1");

  private final Facts facts;
  private final ParsedCode code;
  private final SyntaxTree tree;
  private final Reaching reaching;
  private final Switches switches;
  private final Map<Branch, Optional<Boolean>> decided = new HashMap<>();
  private int depth;

  Constants(Facts facts, Reaching reaching) {
    this.facts = facts;
    this.reaching = reaching;
    code = facts.code();
    tree = code.tree();
    switches = new Switches(code, this);
  }

  /**
   * The branches of a node that no constant decides, innermost first.
   *
   * @return empty if one of its branches never runs
   */
  Optional<List<Branch>> undecided(int node, int function) {
    List<Branch> undecided = new ArrayList<>();
    for (Branch branch : facts.branches().of(node, function)) {
      Optional<Boolean> runs = runs(branch, function);
      if (runs.isEmpty()) {
        undecided.add(branch);
      } else if (!runs.get()) {
        return Optional.empty();
      }
    }
    return Optional.of(undecided);
  }

  /** Whether the branch always or never runs where its owner does; empty if that is open. */
  Optional<Boolean> runs(Branch branch, int function) {
    Optional<Boolean> known = decided.get(branch);
    if (known != null) {
      return known;
    }
    // Open while it is being found out, which may ask for itself.
    decided.put(branch, Optional.empty());
    Optional<Boolean> runs = Optional.empty();
    if (tree.is(branch.owner(), Kinds.IFS)) {
      runs = ifRuns(branch, function);
    } else if (tree.is(branch.part(), Kinds.CASES)) {
      runs = switches.runs(branch, function);
    }
    decided.put(branch, runs);
    return runs;
  }

  private Optional<Boolean> ifRuns(Branch branch, int function) {
    List<Integer> children = tree.namedChildren(branch.owner());
    int condition = tree.child(branch.owner(), "condition");
    int alternatives = 0;
    for (int child : children) {
      alternatives += tree.field(child).equals("alternative") ? 1 : 0;
    }
    boolean isPython =
        condition == SyntaxTree.NONE && tree.is(branch.owner(), "conditional_expression");
    if (condition == SyntaxTree.NONE && !children.isEmpty()) {
      condition = children.get(isPython ? Math.min(1, children.size() - 1) : 0);
    }
    Optional<Boolean> holds =
        condition == branch.part()
            ? Optional.empty()
            : value(condition, function).filter(Boolean.class::isInstance).map(Boolean.class::cast);
    if (holds.isEmpty()) {
      return holds;
    }
    boolean isElse =
        tree.field(branch.part()).equals("alternative")
            || condition != SyntaxTree.NONE
                && tree.field(branch.part()).isEmpty()
                && branch.part() == children.get(children.size() - 1)
                && children.size() > 2;
    boolean unless = tree.kind(branch.owner()).startsWith("unless");
    boolean runs = holds.get() != isElse != unless;
    // Of several alternatives, the conditions of the earlier ones decide too.
    return runs && isElse && alternatives > 1 ? Optional.empty() : Optional.of(runs);
  }

  /** What the expression is worth; empty if that is not known. */
  Optional<Object> value(int node, int function) {
    if (node == SyntaxTree.NONE || depth >= MOST_DEPTH || reaching.isExhausted()) {
      return Optional.empty();
    }
    depth++;
    try {
      return found(node, function);
    } finally {
      depth--;
    }
  }

  private Optional<Object> found(int node, int function) {
    String kind = tree.kind(node);
    List<Integer> children = tree.namedChildren(node);
    if (NUMBERS.contains(kind)) {
      return number(code.text(node));
    } else if (BOOLEANS.contains(kind)) {
      return Optional.of(code.text(node).equalsIgnoreCase("true"));
    } else if (STRINGS.contains(kind)) {
      return string(node);
    } else if (WRAPPERS.contains(kind) && children.size() == 1) {
      return value(children.get(0), function);
    } else if (OPERATIONS.contains(kind) && children.size() == 2) {
      return operation(children, function, operator(node));
    } else if (NEGATIONS.contains(kind) && children.size() == 1) {
      return negation(value(children.get(0), function), operator(node));
    } else if (tree.is(node, Kinds.IFS) && children.size() == 3) {
      return choice(node, children, function);
    } else if (tree.is(node, Kinds.CALLS)) {
      return call(node, function);
    } else if (facts.names().isIdentifier(node)) {
      return reaching
          .only(facts.names().chain(node), node, function)
          .filter(definition -> !definition.isParameter())
          .flatMap(definition -> value(definition.value(), function));
    }
    return Optional.empty();
  }

  private static Optional<Object> number(String text) {
    Matcher number = NUMBER.matcher(text.replace("_", ""));
    // In some languages, a leading zero makes the number octal.
    if (!number.matches() || number.group(1).length() > 10 || number.group(1).matches("0[0-9]+")) {
      return Optional.empty();
    }
    return Optional.of(Long.decode(number.group(1)));
  }

  private Optional<Object> string(int node) {
    for (int below = node + 1; below < tree.after(node); below++) {
      if (tree.is(below, INTERPOLATED)) {
        return Optional.empty();
      }
    }
    Matcher quoted = QUOTED.matcher(code.text(node));
    return quoted.matches() ? Optional.of(quoted.group(2)) : Optional.empty();
  }

  /** The sign or word among the children that stands for no rule. */
  private String operator(int node) {
    for (int child : tree.children(node)) {
      if (!tree.isNamed(child)) {
        return tree.kind(child);
      }
    }
    return "";
  }

  private Optional<Object> operation(List<Integer> operands, int function, String operator) {
    Optional<Object> left = value(operands.get(0), function);
    boolean isAnd = operator.equals("&&") || operator.equals("and");
    boolean isOr = operator.equals("||") || operator.equals("or");
    if (isAnd && left.equals(Optional.of(false)) || isOr && left.equals(Optional.of(true))) {
      return left;
    }
    Optional<Object> right = value(operands.get(1), function);
    if (left.isEmpty() || right.isEmpty()) {
      return Optional.empty();
    }
    if (isAnd || isOr) {
      return right.filter(Boolean.class::isInstance);
    }
    return switch (operator) {
      case "==", "===" -> Optional.of(left.get().equals(right.get()));
      case "!=", "!==", "<>" -> Optional.of(!left.get().equals(right.get()));
      default ->
          left.get() instanceof Long one && right.get() instanceof Long other
              ? arithmetic(one, other, operator)
              : operator.equals("+") || operator.equals(".")
                  ? Optional.of("" + left.get() + right.get())
                  : Optional.empty();
    };
  }

  private static Optional<Object> arithmetic(long left, long right, String operator) {
    Optional<Object> result =
        switch (operator) {
          case "+" -> Optional.of(left + right);
          case "-" -> Optional.of(left - right);
          case "*" -> Optional.of(left * right);
          case "/" ->
              right == 0 || left < 0 || right < 0 ? Optional.empty() : Optional.of(left / right);
          case "%" ->
              right == 0 || left < 0 || right < 0 ? Optional.empty() : Optional.of(left % right);
          case "<" -> Optional.of(left < right);
          case "<=" -> Optional.of(left <= right);
          case ">" -> Optional.of(left > right);
          case ">=" -> Optional.of(left >= right);
          default -> Optional.empty();
        };
    // Beyond, languages differ in what they do.
    return result.filter(
        value -> !(value instanceof Long big) || Math.abs(big) <= Integer.MAX_VALUE);
  }

  private static Optional<Object> negation(Optional<Object> operand, String operator) {
    return operand.flatMap(
        value ->
            switch (operator) {
              case "!", "not" ->
                  value instanceof Boolean truth ? Optional.of(!truth) : Optional.empty();
              case "-" -> value instanceof Long number ? Optional.of(-number) : Optional.empty();
              case "+" -> Optional.of(value);
              default -> Optional.empty();
            });
  }

  private Optional<Object> choice(int node, List<Integer> children, int function) {
    for (int child : children) {
      Optional<Boolean> runs =
          facts.branches().of(child, node).isEmpty()
              ? Optional.empty()
              : runs(new Branch(node, child), function);
      if (runs.equals(Optional.of(true))) {
        return value(child, function);
      }
    }
    return Optional.empty();
  }

  /** The few methods that are asked of constant strings. */
  private Optional<Object> call(int node, int function) {
    int receiver = Calls.receiver(tree, node);
    List<Integer> arguments = Calls.arguments(tree, node);
    if (receiver == SyntaxTree.NONE
        || !(value(receiver, function).orElse(null) instanceof String text)) {
      return Optional.empty();
    }
    Optional<Object> argument =
        arguments.size() == 1 ? value(arguments.get(0), function) : Optional.empty();
    return switch (Calls.simpleName(code, node)) {
      case "charAt" ->
          argument
              .filter(at -> at instanceof Long index && index >= 0 && index < text.length())
              .map(at -> String.valueOf(text.charAt(((Long) at).intValue())));
      case "length" -> Optional.of((long) text.length());
      case "isEmpty" -> Optional.of(text.isEmpty());
      case "equals" -> argument.map(text::equals);
      default -> Optional.empty();
    };
  }
}
