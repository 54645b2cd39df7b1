package org.codeaudit.syntax.flow;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.codeaudit.syntax.Kinds;
import org.codeaudit.syntax.SyntaxTree;

/** Which parts of code run only sometimes. */
final class Branches {
  private static final Set<String> BODY_FIELDS = Set.of("consequence", "alternative", "body");

  private final SyntaxTree tree;

  /**
   * A part that may run or not.
   *
   * @param owner the node that decides, e.g. an if
   * @param part the node that may run, e.g. what an if does, or a case
   */
  record Branch(int owner, int part) {}

  Branches(SyntaxTree tree) {
    this.tree = tree;
  }

  /** The branches a node is in, innermost first, as far out as the function. */
  List<Branch> of(int node, int function) {
    List<Branch> branches = new ArrayList<>();
    int part = node;
    while (part != function && tree.parent(part) != SyntaxTree.NONE) {
      int owner = tree.parent(part);
      if (tree.is(part, Kinds.CASES)) {
        int decides = owner;
        while (decides != 0 && !tree.is(decides, Kinds.SWITCHES)) {
          decides = tree.parent(decides);
        }
        branches.add(new Branch(decides, part));
      } else if (tree.is(part, Kinds.ANONYMOUS_FUNCTIONS)
          || tree.is(part, Kinds.CATCHES)
          || isBody(owner, part)) {
        branches.add(new Branch(owner, part));
      }
      part = owner;
    }
    return branches;
  }

  /** Whether one run takes only one of both. */
  boolean exclude(Branch one, Branch other) {
    return one.owner == other.owner
        && one.part != other.part
        && (tree.is(one.owner, Kinds.IFS) || tree.is(one.owner, Kinds.SWITCHES));
  }

  boolean isLoop(Branch branch) {
    return tree.is(branch.owner, Kinds.LOOPS);
  }

  private boolean isBody(int owner, int part) {
    boolean decides =
        tree.is(owner, Kinds.IFS) || tree.is(owner, Kinds.LOOPS) || tree.is(owner, Kinds.TRIES);
    if (!decides || tree.field(part).equals("condition")) {
      return false;
    }
    return BODY_FIELDS.contains(tree.field(part))
        || tree.is(part, Kinds.BLOCKS)
        || tree.is(owner, "conditional_expression") && isChoice(owner, part);
  }

  /** Python's conditional expression has no fields: the condition stands in the middle. */
  private boolean isChoice(int owner, int part) {
    List<Integer> children = tree.namedChildren(owner);
    return tree.child(owner, "condition") == SyntaxTree.NONE
        && children.size() == 3
        && part != children.get(1);
  }
}
