package org.codeaudit.syntax.flow;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.codeaudit.syntax.Grammar;
import org.codeaudit.syntax.Kinds;
import org.codeaudit.syntax.ParsedCode;
import org.codeaudit.syntax.SyntaxTree;
import org.codeaudit.syntax.flow.Branches.Branch;

/** One search for where the values of a line come from, see {@link Flow}. */
final class FlowSearch {
  private static final int MOST_PATHS = 32;
  private static final int MOST_STEPS = 20_000;
  private static final int MOST_NESTING = 500;
  private static final int MOST_FRAMES = 2;
  private static final int MOST_CALLERS = 3;
  private static final int LONGEST_SOURCE = 120;

  private static final Set<String> RETURNS =
      Kinds.set("return_statement return_expression return jump_expression");

  private final Facts facts;
  private final ParsedCode code;
  private final SyntaxTree tree;
  private final Names names;
  private final Reaching reaching;
  private final Kept kept;
  private final Sources sources;
  private final Set<FlowPath> found = new LinkedHashSet<>();
  private int steps;
  private int nesting;

  /**
   * The function whose inside is looked at.
   *
   * @param function its node; 0 for code outside of all
   * @param call the node of the call it is looked at for; {@link SyntaxTree#NONE} for none
   * @param caller where that call stands; null for none
   * @param depth how many functions away from the line in question
   */
  private record Frame(int function, int call, Frame caller, int depth) {}

  FlowSearch(Facts facts, List<Pattern> patterns) {
    this.facts = facts;
    code = facts.code();
    tree = code.tree();
    names = facts.names();
    reaching = new Reaching(facts);
    kept = new Kept(facts, reaching);
    sources = new Sources(code, patterns);
  }

  List<FlowPath> to(int line) {
    int function = facts.functions().nodeAt(line);
    Frame frame = new Frame(function, SyntaxTree.NONE, null, 0);
    for (int statement : new Statements(code).on(line)) {
      if (reaching.constants().undecided(statement, function).isPresent()) {
        List<Integer> head = new Statements(code).head(statement);
        boolean isWhole = head.size() == tree.namedChildren(statement).size();
        for (int part : isWhole ? List.of(statement) : head) {
          walk(part, frame, Trail.at(line), true);
        }
      }
    }
    List<FlowPath> paths = new ArrayList<>(found);
    paths.sort(Comparator.comparing(path -> path.origin() == FlowPath.Origin.PATTERN ? 0 : 1));
    return paths;
  }

  private boolean isExhausted() {
    return found.size() >= MOST_PATHS || steps++ > MOST_STEPS || reaching.isExhausted();
  }

  /**
   * Follows all values that the node's value is made of; with {@code all}, what it reads at all.
   */
  private void walk(int node, Frame frame, Trail trail, boolean all) {
    if (node == SyntaxTree.NONE || isExhausted()) {
      return;
    }
    if (sources.isAt(node)) {
      found(FlowPath.Origin.PATTERN, code.text(node), code.firstLine(node), trail);
    } else if (tree.is(node, Kinds.CALLS) && !isRubyVariable(node)) {
      call(node, frame, trail, all);
    } else if (facts.definitions().isUse(node)) {
      variable(node, names.chain(node), frame, trail);
    } else if (tree.is(node, Kinds.ANONYMOUS_FUNCTIONS) && !all) {
      return;
    } else if (tree.is(node, Kinds.SUBSCRIPTS)) {
      element(node, frame, trail, all);
    } else {
      for (int child : tree.namedChildren(node)) {
        boolean isCondition = !all && isCondition(node, child);
        if (!isCondition && runs(node, child, frame)) {
          walk(child, frame, trail, all);
        }
      }
    }
  }

  /** Whether the child only decides which value is taken. */
  private boolean isCondition(int node, int child) {
    boolean decides = tree.is(node, Kinds.IFS) || tree.is(node, Kinds.SWITCHES);
    if (!decides) {
      return false;
    }
    int condition = tree.child(node, "condition");
    if (condition != SyntaxTree.NONE) {
      return condition == child;
    }
    int place = tree.is(node, "conditional_expression") ? 1 : 0;
    List<Integer> children = tree.namedChildren(node);
    return children.indexOf(child) == place;
  }

  private boolean runs(int node, int child, Frame frame) {
    for (Branch branch : facts.branches().of(child, node)) {
      if (reaching.constants().runs(branch, frame.function).equals(Optional.of(false))) {
        return false;
      }
    }
    return true;
  }

  /** A name alone may be a call in Ruby's grammar. */
  private boolean isRubyVariable(int node) {
    return code.grammar() == Grammar.RUBY && tree.namedChildren(node).size() < 2;
  }

  private void element(int node, Frame frame, Trail trail, boolean all) {
    List<Integer> children = tree.namedChildren(node);
    Optional<List<Integer>> values = kept.at(node, frame.function);
    values.ifPresent(known -> known.forEach(value -> keptValue(value, frame, trail)));
    int from = values.isPresent() ? 1 : 0;
    int to = all ? children.size() : Math.min(1, children.size());
    for (int i = from; i < to; i++) {
      walk(children.get(i), frame, trail, all);
    }
  }

  private void keptValue(int value, Frame frame, Trail trail) {
    walk(value, frame, trail.step(code.firstLine(value), "", null), false);
  }

  private void call(int node, Frame frame, Trail trail, boolean all) {
    Optional<List<Integer>> values = kept.at(node, frame.function);
    if (values.isPresent()) {
      values.get().forEach(value -> keptValue(value, frame, trail));
      return;
    }
    String name = Calls.name(code, node);
    Optional<Integer> function = facts.function(Calls.simpleName(code, node));
    boolean isKnown =
        function.isPresent()
            && frame.depth < MOST_FRAMES
            && !tree.isWithin(node, function.get())
            && !(all && isStatement(node));
    if (isKnown) {
      inside(node, function.get(), frame, trail.through(new FlowCall(name, FlowCall.NO_ARGUMENT)));
      return;
    }
    int receiver = Calls.receiver(tree, node);
    // The receiver may be a call itself, whose name is then a part of this one's.
    String shown =
        receiver != SyntaxTree.NONE && hasCall(receiver) ? Calls.simpleName(code, node) : name;
    walk(receiver, frame, trail.through(new FlowCall(shown, FlowCall.NO_ARGUMENT)), all);
    List<Integer> arguments = Calls.arguments(tree, node);
    for (int i = 0; i < arguments.size(); i++) {
      walk(arguments.get(i), frame, trail.through(new FlowCall(shown, i)), all);
    }
  }

  /** Whether nothing takes the value of the call: what counts is what it is given. */
  private boolean isStatement(int call) {
    int parent = tree.parent(call);
    return tree.is(parent, "expression_statement") || tree.is(parent, Kinds.BLOCKS);
  }

  private boolean hasCall(int node) {
    return !Calls.below(tree, node).isEmpty();
  }

  /** Follows what a function of the same code gives back. */
  private void inside(int call, int function, Frame frame, Trail trail) {
    Frame inner = new Frame(function, call, frame, frame.depth + 1);
    for (int value : returned(function)) {
      if (reaching.constants().undecided(value, function).isPresent()) {
        walk(value, inner, trail.step(code.firstLine(value), "return", null), false);
      }
    }
  }

  /** The nodes of what a function gives back. */
  private List<Integer> returned(int function) {
    List<Integer> values = new ArrayList<>();
    for (int node = function + 1; node < tree.after(function); node++) {
      if (tree.is(node, RETURNS) && isOwn(node, function)) {
        values.addAll(tree.namedChildren(node));
      }
    }
    int body = tree.child(function, "body");
    body = body == SyntaxTree.NONE ? tree.childOfKind(function, "function_body") : body;
    List<Integer> statements = tree.namedChildren(body);
    boolean isExpression = body != SyntaxTree.NONE && !tree.is(body, Kinds.BLOCKS);
    if (isExpression) {
      values.add(body);
    } else if (givesLast(body) && !statements.isEmpty()) {
      values.add(statements.get(statements.size() - 1));
    }
    return values;
  }

  private boolean givesLast(int body) {
    return switch (code.grammar()) {
      case RUBY, RUST -> true;
      case KOTLIN -> body != SyntaxTree.NONE && code.text(body).startsWith("=");
      default -> false;
    };
  }

  /** Whether a return ends this function rather than one inside it. */
  private boolean isOwn(int node, int function) {
    int above = tree.parent(node);
    while (above != function) {
      if (tree.is(above, Kinds.FUNCTIONS) || tree.is(above, Kinds.ANONYMOUS_FUNCTIONS)) {
        return false;
      }
      above = tree.parent(above);
    }
    return true;
  }

  private void variable(int node, String chain, Frame frame, Trail trail) {
    List<Definition> definitions = reaching.of(chain, node, frame.function);
    if (definitions.isEmpty() && !chain.startsWith("this.")) {
      // A field may be written with its object and read without.
      definitions = reaching.of("this." + chain, node, frame.function);
    }
    boolean isOwn = false;
    for (Definition definition : definitions) {
      isOwn |= definition.whole();
      if (!trail.endsAt(definition)) {
        follow(definition, frame, trail);
      }
    }
    if (!isOwn && frame.depth < MOST_FRAMES) {
      field(chain, node, frame, trail);
    }
  }

  private void follow(Definition definition, Frame frame, Trail trail) {
    if (definition.isParameter() && owner(definition.target()) == frame.function) {
      parameter(definition, frame, trail);
      return;
    }
    int line = code.firstLine(definition.target());
    Trail step = trail.step(line, definition.chain(), definition);
    int value = definition.value();
    if (!tree.is(value, Kinds.CALLS) || !tree.isWithin(definition.target(), value)) {
      walk(value, frame, step, false);
      return;
    }
    changed(value, definition.target(), frame, step);
  }

  /** Follows what a call puts into a variable: what else it is called on and given. */
  private void changed(int call, int target, Frame frame, Trail trail) {
    String name = Calls.simpleName(code, call);
    int receiver = Calls.receiver(tree, call);
    if (tree.is(receiver, Kinds.CALLS) && tree.isWithin(target, receiver)) {
      changed(receiver, target, frame, trail);
    } else if (receiver != SyntaxTree.NONE && !tree.isWithin(target, receiver)) {
      walk(receiver, frame, trail.through(new FlowCall(name, FlowCall.NO_ARGUMENT)), false);
    }
    List<Integer> arguments = Calls.arguments(tree, call);
    for (int i = 0; i < arguments.size(); i++) {
      if (!tree.isWithin(target, arguments.get(i))) {
        walk(arguments.get(i), frame, trail.through(new FlowCall(name, i)), false);
      }
    }
  }

  /** The innermost function around a node, one without a name included; 0 for none. */
  private int owner(int node) {
    int above = node;
    while (above > 0
        && !tree.is(above, Kinds.FUNCTIONS)
        && !tree.is(above, Kinds.ANONYMOUS_FUNCTIONS)) {
      above = tree.parent(above);
    }
    return above;
  }

  private void parameter(Definition definition, Frame frame, Trail trail) {
    int index = definition.parameter();
    if (frame.caller != null) {
      List<Integer> arguments = Calls.arguments(tree, frame.call);
      if (index < arguments.size()) {
        Trail step = trail.step(code.firstLine(frame.call), definition.chain(), definition);
        walk(arguments.get(index), frame.caller, step, false);
      }
      return;
    }
    int before = found.size();
    if (frame.depth < MOST_FRAMES) {
      callers(definition, frame, trail);
    }
    if (found.size() == before) {
      int line = code.firstLine(definition.target());
      found(FlowPath.Origin.PARAMETER, definition.chain(), line, trail);
    }
  }

  /** Follows what calls in the same code give for the parameter. */
  private void callers(Definition definition, Frame frame, Trail trail) {
    String name = facts.functionName(frame.function);
    if (name.isEmpty()) {
      return;
    }
    int callers = 0;
    for (int call : Calls.below(tree, 0)) {
      if (callers < MOST_CALLERS
          && Calls.simpleName(code, call).equals(name)
          && !tree.isWithin(call, frame.function)) {
        List<Integer> arguments = Calls.arguments(tree, call);
        int function = facts.functions().nodeAt(code.firstLine(call));
        if (definition.parameter() < arguments.size()
            && reaching.constants().undecided(call, function).isPresent()) {
          callers++;
          Trail step = trail.step(code.firstLine(call), definition.chain(), definition);
          Frame caller = new Frame(function, SyntaxTree.NONE, null, frame.depth + 1);
          FlowCall into = new FlowCall(name, definition.parameter());
          walk(arguments.get(definition.parameter()), caller, step.through(into), false);
        }
      }
    }
  }

  /** Follows what the variable got elsewhere: where fields and constants get their values. */
  private void field(String chain, int node, Frame frame, Trail trail) {
    String bare = chain.startsWith("this.") ? chain.substring("this.".length()) : chain;
    for (Definition definition : facts.definitions().all()) {
      if (isExhausted()) {
        return;
      }
      int function = functionOf(definition.target());
      boolean isField =
          function == 0 && definition.concerns(bare) || definition.concerns("this." + bare);
      if (isField && function != frame.function && !trail.endsAt(definition)) {
        follow(definition, new Frame(function, SyntaxTree.NONE, null, frame.depth + 1), trail);
      }
    }
  }

  /** The function that a node belongs to as its parameter or inside; 0 for none. */
  private int functionOf(int node) {
    return facts.functions().nodeAround(node);
  }

  private void found(FlowPath.Origin origin, String source, int line, Trail trail) {
    String shown = source.strip().replaceAll("\\s+", " ");
    if (shown.length() > LONGEST_SOURCE) {
      shown = shown.substring(0, LONGEST_SOURCE) + "…";
    }
    found.add(new FlowPath(origin, shown, line, trail.steps()));
  }
}
