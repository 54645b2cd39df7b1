package org.codeaudit.syntax.flow;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.codeaudit.syntax.FunctionSpan;
import org.codeaudit.syntax.Kinds;
import org.codeaudit.syntax.ParsedCode;
import org.codeaudit.syntax.SyntaxTree;
import org.codeaudit.syntax.flow.Branches.Branch;

/** Finds the lines of one {@link Slice}: groups of lines, each with how far it is from the line. */
final class SliceSearch {
  private static final int MOST_DEPTH = 6;
  private static final int MOST_STATEMENTS = 400;
  private static final int SHORT_FUNCTION = 12;
  private static final int LONG_SIGNATURE = 8;
  private static final int LONG_STATEMENT = 12;
  private static final int SHORT_GUARD = 4;

  // Steps that things are away from a statement, beside the one to a definition.
  private static final int TO_SIGNATURE = 1;
  private static final int TO_CONDITION = 1;
  private static final int TO_GUARD = 2;
  private static final int TO_FUNCTION = 2;
  private static final int TO_FIELD = 2;
  private static final int TO_LATER_USE = 4;

  /** What says how the statements in it run, though it decides nothing. */
  private static final Set<String> SETTINGS =
      Kinds.set(
          """
          with_statement synchronized_statement lock_statement using_statement unsafe_block
          unsafe_statement try_with_resources_statement
          """);

  private static final Pattern LEAVING =
      Pattern.compile(
          "(?:return|throw|raise|continue|break|die|exit|panic|abort|next|redirect|os\\.Exit"
              + "|process\\.exit|sys\\.exit|System\\.exit)\\b.*",
          Pattern.DOTALL);

  private final Facts facts;
  private final ParsedCode code;
  private final SyntaxTree tree;
  private final Statements statements;
  private final Reaching reaching;
  private final int line;
  private final int function;
  private final List<Group> groups = new ArrayList<>();
  private final Deque<Step> queue = new ArrayDeque<>();
  private final Set<Integer> seen = new HashSet<>();
  private final Map<String, Integer> names = new HashMap<>();

  /** Lines that belong together. */
  private record Group(int steps, int first, int last) {
    int distance(int line) {
      return line < first ? first - line : Math.max(0, line - last);
    }
  }

  private record Step(int statement, int depth) {}

  SliceSearch(Facts facts, int line) {
    this.facts = facts;
    this.line = line;
    code = facts.code();
    tree = code.tree();
    statements = new Statements(code);
    reaching = new Reaching(facts);
    function = facts.functions().nodeAt(line);
    search();
  }

  /** The nearest lines, at most so many. */
  SortedSet<Integer> lines(int most) {
    groups.sort(
        Comparator.comparingInt(Group::steps).thenComparingInt(group -> group.distance(line)));
    SortedSet<Integer> lines = new TreeSet<>();
    lines.add(line);
    for (Group group : groups) {
      for (int number = group.first; number <= group.last && lines.size() < most; number++) {
        lines.add(number);
      }
    }
    return lines;
  }

  private void search() {
    facts.functions().enclosing(line).ifPresent(this::addSignature);
    for (int statement : statements.on(line)) {
      enqueue(statement, 0);
    }
    List<Step> first = new ArrayList<>(queue);
    while (!queue.isEmpty() && seen.size() < MOST_STATEMENTS && !reaching.isExhausted()) {
      Step step = queue.remove();
      if (step.depth <= MOST_DEPTH) {
        addStatement(step.statement, step.depth);
      }
    }
    for (Step step : first) {
      addGuards(step.statement);
      addLaterUses(step.statement);
    }
  }

  private void addSignature(FunctionSpan span) {
    int last = Math.min(span.signatureEnd(), span.firstLine() + LONG_SIGNATURE - 1);
    groups.add(new Group(TO_SIGNATURE, span.firstLine(), last));
  }

  private void enqueue(int statement, int depth) {
    if (seen.add(statement)) {
      queue.add(new Step(statement, depth));
    }
  }

  private void addStatement(int statement, int depth) {
    int first = statements.firstLine(statement);
    int last = statements.lastLine(statement);
    // Of a long statement around the line, what is near to it.
    boolean isLong = last - first >= LONG_STATEMENT;
    boolean isAround = first <= line && line <= last;
    int from = isLong && isAround ? Math.max(first, line - LONG_STATEMENT / 2) : first;
    groups.add(new Group(depth, from, isLong ? Math.min(last, from + LONG_STATEMENT - 1) : last));
    for (int part : parts(statement)) {
      for (int node = part; node < tree.after(part); node++) {
        if (facts.definitions().isUse(node)) {
          addUse(node, depth);
        } else if (tree.is(node, Kinds.CALLS)) {
          addCalled(node, depth);
        }
      }
    }
    addAround(statement, depth);
  }

  private List<Integer> parts(int statement) {
    List<Integer> head = statements.head(statement);
    boolean isWhole = head.size() == tree.namedChildren(statement).size();
    return isWhole ? List.of(statement) : head;
  }

  private void addUse(int node, int depth) {
    String chain = facts.names().chain(node);
    names.merge(chain, depth, Math::min);
    boolean isOwn = false;
    for (Definition definition : reaching.of(chain, node, function)) {
      isOwn |= definition.whole();
      if (!definition.isParameter()) {
        enqueue(statements.of(definition.target()), depth + 1);
      }
    }
    if (!isOwn) {
      addField(chain, depth);
    }
  }

  /** Where a field or constant is declared or gets its value, outside of this function. */
  private void addField(String chain, int depth) {
    String bare = chain.startsWith("this.") ? chain.substring("this.".length()) : chain;
    for (Definition definition : facts.definitions().all()) {
      int owner = facts.functions().nodeAround(definition.target());
      boolean isDeclared = owner == 0 && definition.concerns(bare);
      boolean isAssigned =
          owner != function && !definition.isParameter() && definition.concerns("this." + bare);
      if (isDeclared || isAssigned) {
        int statement = statements.of(definition.target());
        if (seen.add(statement)) {
          int first = statements.firstLine(statement);
          int last = Math.min(statements.lastLine(statement), first + SHORT_GUARD - 1);
          groups.add(new Group(depth + TO_FIELD + (isDeclared ? 0 : 1), first, last));
        }
      }
    }
  }

  private void addCalled(int call, int depth) {
    Optional<Integer> called = facts.function(Calls.simpleName(code, call));
    if (called.isEmpty() || called.get() == function || !seen.add(called.get())) {
      return;
    }
    FunctionSpan span = facts.functions().span(called.get()).orElseThrow();
    boolean isShort = span.lineCount() <= SHORT_FUNCTION;
    int signature = Math.min(span.signatureEnd(), span.firstLine() + LONG_SIGNATURE - 1);
    groups.add(
        new Group(depth + TO_FUNCTION, span.firstLine(), isShort ? span.lastLine() : signature));
  }

  /** What decides whether the statement runs, and how. */
  private void addAround(int statement, int depth) {
    int away = depth + TO_CONDITION;
    for (Branch branch : facts.branches().of(statement, function)) {
      if (tree.is(branch.part(), Kinds.CASES) || tree.is(branch.part(), Kinds.CATCHES)) {
        int first = code.firstLine(branch.part());
        groups.add(new Group(away, first, first));
      }
      if (!tree.is(branch.owner(), Kinds.TRIES)
          && !tree.is(branch.part(), Kinds.ANONYMOUS_FUNCTIONS)) {
        enqueue(branch.owner(), away);
      }
    }
    int above = tree.parent(statement);
    while (above != SyntaxTree.NONE && above != function) {
      if (tree.is(above, SETTINGS)) {
        enqueue(above, away);
      }
      above = tree.parent(above);
    }
  }

  /** Conditions before the statement that leave, about something the line needs. */
  private void addGuards(int statement) {
    int inner = statement;
    while (inner != SyntaxTree.NONE && inner != function && inner != 0) {
      int block = tree.parent(inner);
      for (int sibling : tree.namedChildren(block)) {
        if (sibling >= inner) {
          break;
        }
        int guard = guard(sibling);
        Optional<Integer> depth = guard == SyntaxTree.NONE ? Optional.empty() : mentioned(guard);
        if (depth.isPresent()) {
          int first = code.firstLine(guard);
          int last = code.lastLine(guard);
          boolean isShort = last - first < SHORT_GUARD;
          groups.add(
              new Group(
                  depth.get() + TO_GUARD, first, isShort ? last : statements.lastLine(guard)));
        }
      }
      inner = block;
    }
  }

  /** The condition in a statement if it leaves; else {@link SyntaxTree#NONE}. */
  private int guard(int statement) {
    int condition = statement;
    if (tree.is(statement, "expression_statement")
        && tree.firstChild(statement) != SyntaxTree.NONE) {
      condition = tree.firstChild(statement);
    }
    if (!tree.is(condition, Kinds.IFS)) {
      return SyntaxTree.NONE;
    }
    for (int child : tree.namedChildren(condition)) {
      boolean isBranch = !facts.branches().of(child, condition).isEmpty();
      if (isBranch && leaves(child)) {
        return condition;
      }
    }
    return SyntaxTree.NONE;
  }

  private boolean leaves(int part) {
    int last = part;
    while (tree.is(last, Kinds.BLOCKS)) {
      List<Integer> inside = tree.namedChildren(last);
      if (inside.isEmpty()) {
        return false;
      }
      last = inside.get(inside.size() - 1);
    }
    return LEAVING.matcher(code.text(last)).matches();
  }

  /** How far away that is what a condition is about; empty if the line does not need it. */
  private Optional<Integer> mentioned(int guard) {
    Optional<Integer> nearest = Optional.empty();
    for (int part : parts(guard)) {
      for (int node = part; node < tree.after(part); node++) {
        String chain = facts.definitions().isUse(node) ? facts.names().chain(node) : "";
        for (Map.Entry<String, Integer> name : names.entrySet()) {
          boolean isSame = Names.isPart(name.getKey(), chain) || Names.isPart(chain, name.getKey());
          if (!chain.isEmpty() && isSame && name.getValue() < nearest.orElse(Integer.MAX_VALUE)) {
            nearest = Optional.of(name.getValue());
          }
        }
      }
    }
    return nearest;
  }

  /**
   * Where what the statement assigns is used after it: whether it is checked, closed, handed on.
   */
  private void addLaterUses(int statement) {
    Set<String> assigned = new HashSet<>();
    for (Definition definition : facts.definitions().all()) {
      if (definition.whole() && tree.isWithin(definition.target(), statement)) {
        assigned.add(definition.chain());
      }
    }
    for (int node = tree.after(statement); node < tree.after(function); node++) {
      if (facts.definitions().isUse(node) && assigned.contains(facts.names().chain(node))) {
        int used = code.firstLine(node);
        groups.add(new Group(TO_LATER_USE, used, used));
      }
    }
  }
}
