package org.codeaudit.syntax.flow;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.codeaudit.syntax.Kinds;
import org.codeaudit.syntax.ParsedCode;
import org.codeaudit.syntax.SyntaxTree;

/** The statements of code and the lines they are on; of one that holds others, only its head. */
final class Statements {
  private final ParsedCode code;
  private final SyntaxTree tree;

  Statements(ParsedCode code) {
    this.code = code;
    tree = code.tree();
  }

  /** The statement a node belongs to. */
  int of(int node) {
    int statement = node;
    while (statement != 0) {
      int parent = tree.parent(statement);
      boolean complete =
          tree.is(parent, Kinds.BLOCKS)
              || tree.is(parent, Kinds.CASES) && !isHead(parent, statement)
              || tree.is(statement, Kinds.FUNCTIONS)
              || tree.is(statement, Kinds.CASES)
              || tree.is(statement, Kinds.CATCHES)
              || isBody(parent, statement);
      if (complete || parent == SyntaxTree.NONE) {
        return statement;
      }
      statement = parent;
    }
    return statement;
  }

  /** The statements that have something on the line, without those that only hold these. */
  List<Integer> on(int line) {
    Set<Integer> statements = new LinkedHashSet<>();
    for (int node = 0; node < tree.size(); node++) {
      if (code.firstLine(node) > line) {
        break;
      }
      if (code.lastLine(node) < line) {
        node = tree.after(node) - 1;
      } else if (tree.firstChild(node) == SyntaxTree.NONE
          && tree.isNamed(node)
          && !tree.is(node, Kinds.COMMENTS)) {
        statements.add(of(node));
      }
    }
    if (statements.size() > 1) {
      statements.remove(0);
    }
    return new ArrayList<>(statements);
  }

  /** The children that make up a statement's head: all, where it holds no other statements. */
  List<Integer> head(int statement) {
    List<Integer> head = new ArrayList<>();
    for (int child : tree.namedChildren(statement)) {
      if (!tree.is(child, Kinds.BLOCKS)
          && !tree.is(child, Kinds.CASES)
          && !tree.is(child, Kinds.CATCHES)
          && !isBody(statement, child)) {
        head.add(child);
      }
    }
    return head;
  }

  int firstLine(int statement) {
    return code.firstLine(statement);
  }

  /** The last line of its head. */
  int lastLine(int statement) {
    List<Integer> head = head(statement);
    boolean isWhole = head.size() == tree.namedChildren(statement).size();
    if (isWhole || head.isEmpty()) {
      return isWhole ? code.lastLine(statement) : code.firstLine(statement);
    }
    int last = code.firstLine(statement);
    for (int child : head) {
      last = Math.max(last, code.lastLine(child));
    }
    return last;
  }

  private boolean isHead(int parent, int child) {
    return tree.field(child).equals("value")
        || tree.field(child).equals("pattern")
        || tree.namedChildren(parent).indexOf(child) == 0 && tree.kind(child).endsWith("label");
  }

  private boolean isBody(int owner, int part) {
    boolean owns =
        tree.is(owner, Kinds.IFS)
            || tree.is(owner, Kinds.LOOPS)
            || tree.is(owner, Kinds.TRIES)
            || tree.is(owner, Kinds.FUNCTIONS)
            || tree.is(owner, Kinds.ANONYMOUS_FUNCTIONS);
    boolean isValue =
        tree.kind(owner).contains("ternary") || tree.kind(owner).contains("conditional");
    String field = owns ? tree.field(part) : "";
    return owns
        && !isValue
        && (field.equals("body") || field.equals("consequence") || field.equals("alternative"));
  }
}
