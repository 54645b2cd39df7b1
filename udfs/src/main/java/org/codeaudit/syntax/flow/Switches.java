package org.codeaudit.syntax.flow;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.codeaudit.syntax.Kinds;
import org.codeaudit.syntax.ParsedCode;
import org.codeaudit.syntax.SyntaxTree;
import org.codeaudit.syntax.flow.Branches.Branch;

/** Which cases a switch runs whose subject is constant. */
final class Switches {
  private static final Set<String> LABELS =
      Kinds.set("switch_label constant_pattern when_condition case_pattern match_pattern pattern");
  private static final Set<String> LABEL_FIELDS = Set.of("value", "pattern");

  /** Cases that go on with the next one, unless something stops them. */
  private static final Set<String> FALLING =
      Kinds.set(
          "switch_block_statement_group switch_case switch_default case_statement default_statement");

  private static final Set<String> STOPPING =
      Kinds.set(
          """
          break_statement return_statement throw_statement continue_statement yield_statement
          goto_statement
          """);

  private final ParsedCode code;
  private final SyntaxTree tree;
  private final Constants constants;

  Switches(ParsedCode code, Constants constants) {
    this.code = code;
    this.constants = constants;
    tree = code.tree();
  }

  /** Whether the case runs; empty if its switch's subject or any label is not constant. */
  Optional<Boolean> runs(Branch branch, int function) {
    Optional<Object> subject = constants.value(subject(branch.owner()), function);
    if (subject.isEmpty()) {
      return Optional.empty();
    }
    List<Integer> cases = cases(branch);
    int first = -1;
    for (int i = 0; i < cases.size(); i++) {
      List<Integer> labels = labels(cases.get(i));
      if (labels.isEmpty()) {
        // The default, wherever it stands, is for what no other takes.
        first = first < 0 ? -2 - i : first;
      }
      for (int label : labels) {
        Optional<Object> value = constants.value(label, function);
        if (value.isEmpty()) {
          return Optional.empty();
        }
        first = value.equals(subject) && first < 0 ? i : first;
      }
    }
    int chosen = first <= -2 ? -2 - first : first;
    if (chosen < 0) {
      return Optional.of(false);
    }
    int last = chosen;
    while (last + 1 < cases.size()
        && tree.is(cases.get(last), FALLING)
        && !stops(cases.get(last))) {
      last++;
    }
    int asked = cases.indexOf(branch.part());
    return Optional.of(chosen <= asked && asked <= last);
  }

  private int subject(int owner) {
    for (String field : List.of("condition", "value", "subject")) {
      int child = tree.child(owner, field);
      if (child != SyntaxTree.NONE) {
        return child;
      }
    }
    int kotlin = tree.childOfKind(owner, "when_subject");
    List<Integer> children = tree.namedChildren(kotlin == SyntaxTree.NONE ? owner : kotlin);
    if (children.isEmpty()) {
      return SyntaxTree.NONE;
    }
    return children.get(kotlin == SyntaxTree.NONE ? 0 : children.size() - 1);
  }

  /** All cases beside the branch's, in order. */
  private List<Integer> cases(Branch branch) {
    List<Integer> cases = new ArrayList<>();
    for (int sibling : tree.namedChildren(tree.parent(branch.part()))) {
      if (tree.is(sibling, Kinds.CASES)) {
        cases.add(sibling);
      }
    }
    return cases;
  }

  /** The expressions a case is for; none for the default. */
  private List<Integer> labels(int aCase) {
    List<Integer> labels = new ArrayList<>();
    for (int child : tree.namedChildren(aCase)) {
      boolean isLabel = tree.is(child, LABELS) || LABEL_FIELDS.contains(tree.field(child));
      if (isLabel && !code.text(child).equals("_")) {
        List<Integer> inner =
            tree.is(child, LABELS) || tree.is(child, "expression_list")
                ? tree.namedChildren(child)
                : List.of();
        labels.addAll(inner.isEmpty() && !tree.is(child, "switch_label") ? List.of(child) : inner);
      }
    }
    return labels;
  }

  private boolean stops(int part) {
    int last = part;
    do {
      List<Integer> inside = tree.namedChildren(last);
      if (inside.isEmpty()) {
        return false;
      }
      last = inside.get(inside.size() - 1);
    } while (tree.is(last, Kinds.BLOCKS));
    return tree.is(last, STOPPING);
  }
}
