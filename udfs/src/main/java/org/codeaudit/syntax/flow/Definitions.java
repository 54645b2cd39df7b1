package org.codeaudit.syntax.flow;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.codeaudit.syntax.Grammar;
import org.codeaudit.syntax.Kinds;
import org.codeaudit.syntax.ParsedCode;
import org.codeaudit.syntax.SyntaxTree;

/**
 * All definitions of code, and the nodes at which variables are read. What assigns is known by its
 * rule's name and the fields of its children, which the grammars mostly share.
 */
final class Definitions {
  private static final List<String> TARGET_FIELDS =
      List.of("left", "name", "pattern", "declarator", "alias", "property");
  private static final List<String> VALUE_FIELDS = List.of("right", "value", "default_value");

  private static final Set<String> ASSIGNING =
      Kinds.set(
          """
          variable_declarator assignment_expression resource enhanced_for_statement
          for_in_statement field_definition public_field_definition assignment named_expression
          for_in_clause short_var_declaration assignment_statement var_spec const_spec
          range_clause receive_statement init_declarator for_range_loop foreach_statement
          property_declaration static_item const_item let_declaration let_condition
          for_expression property_element preproc_def for for_statement as_pattern
          instanceof_expression augmented_assignment augmented_assignment_expression
          operator_assignment compound_assignment_expr
          """);

  private static final Set<String> COUNTING =
      Kinds.set(
          """
          update_expression inc_statement dec_statement postfix_unary_expression
          prefix_unary_expression postfix_expression prefix_expression
          """);

  private static final Set<String> LISTS =
      Kinds.set(
          "expression_list pattern_list left_assignment_list right_assignment_list tuple array");

  /** Declarations of C whose declarators have no value of their own. */
  private static final Set<String> DECLARING = Set.of("declaration", "field_declaration");

  /** What catches an exception under a name. */
  private static final Set<String> CATCHING =
      Kinds.set(
          "catch_formal_parameter catch_clause catch_declaration exception_variable catch_block");

  /** Children of a target that are no part of what gets the value. */
  private static final Set<String> BESIDE_TARGET =
      Set.of("type", "right", "value", "default_value", "size", "index", "parameters", "key");

  private static final Set<String> FIELD_NAMES =
      Set.of("property_identifier", "private_property_identifier", "field_identifier");

  private static final Set<String> ADDRESSES =
      Set.of("pointer_expression", "unary_expression", "argument", "reference_expression");

  /** Patterns that go deeper are no code. */
  private static final int MOST_NESTING = 100;

  private static final Pattern WRITABLE = Pattern.compile("&|out\\s|ref\\s");

  private final ParsedCode code;
  private final SyntaxTree tree;
  private final Names names;
  private final List<Definition> all = new ArrayList<>();
  private final BitSet targets = new BitSet();
  private int nesting;

  Definitions(ParsedCode code, Names names) {
    this.code = code;
    this.names = names;
    tree = code.tree();
    for (int node = 0; node < tree.size(); node++) {
      if (tree.is(node, ASSIGNING)) {
        addAssignment(node);
      } else if (tree.is(node, COUNTING)) {
        addCounting(node);
      } else if (tree.is(node, DECLARING)) {
        addDeclaration(node);
      } else if (tree.is(node, CATCHING)) {
        addCaught(node);
      } else if (tree.is(node, Kinds.FUNCTIONS) || tree.is(node, Kinds.ANONYMOUS_FUNCTIONS)) {
        addParameters(node);
      } else if (tree.is(node, Kinds.CALLS)) {
        addChanged(node);
      }
    }
    all.sort(Comparator.comparingInt(Definition::effect));
  }

  /** All definitions, in the order they take effect in. */
  List<Definition> all() {
    return all;
  }

  /** Whether a variable is read at the node, also where something is put into it. */
  boolean isUse(int node) {
    return !targets.get(node) && names.isVariable(node);
  }

  private void addAssignment(int node) {
    List<Integer> children = tree.namedChildren(node);
    int target = field(node, TARGET_FIELDS);
    int value = field(node, VALUE_FIELDS);
    switch (code.grammar()) {
      case KOTLIN -> {
        target = kotlinTarget(node, children);
        value = kotlinValue(node, children);
      }
      case PHP -> {
        if (tree.is(node, "foreach_statement") && children.size() > 1) {
          value = children.get(0);
          target = children.get(1);
        }
      }
      case C_SHARP -> {
        if (tree.is(node, "variable_declarator")) {
          target = children.get(0);
          value = children.size() > 1 ? children.get(children.size() - 1) : SyntaxTree.NONE;
        }
      }
      default -> {
        if (tree.is(node, "as_pattern") && !children.isEmpty()) {
          value = children.get(0);
        } else if (tree.is(node, "instanceof_expression")) {
          target = tree.child(node, "name");
          value = tree.child(node, "left");
        }
      }
    }
    if (target == SyntaxTree.NONE || target == value) {
      return;
    }
    boolean adds = isAdding(node);
    List<Integer> targetList = listed(target);
    List<Integer> valueList = value == SyntaxTree.NONE ? List.of() : listed(value);
    for (int i = 0; i < targetList.size(); i++) {
      int one = targetList.size() == valueList.size() ? valueList.get(i) : value;
      addTargets(targetList.get(i), one, !adds, Definition.NO_PARAMETER);
    }
    nesting--;
  }

  /** Whether the old value stays a part of the new one. */
  private boolean isAdding(int node) {
    int operator = tree.child(node, "operator");
    return tree.kind(node).startsWith("augmented")
        || tree.kind(node).startsWith("operator_")
        || tree.kind(node).startsWith("compound_")
        || operator != SyntaxTree.NONE
            && tree.kind(operator).endsWith("=")
            && tree.kind(operator).length() > 1
            && !tree.kind(operator).equals(":=");
  }

  private int kotlinTarget(int node, List<Integer> children) {
    for (int child : children) {
      String kind = tree.kind(child);
      if (kind.endsWith("variable_declaration") || kind.equals("directly_assignable_expression")) {
        return child;
      }
    }
    return SyntaxTree.NONE;
  }

  private int kotlinValue(int node, List<Integer> children) {
    boolean loops = tree.is(node, "for_statement");
    boolean found = false;
    for (int child : tree.children(node)) {
      found |= tree.is(child, Set.of("=", "+=", "-=", "*=", "/=", "%=", "in", "by"));
      if (found && tree.isNamed(child) && children.contains(child)) {
        return child;
      }
    }
    return loops && children.size() > 1 ? children.get(1) : SyntaxTree.NONE;
  }

  private void addCounting(int node) {
    String text = code.text(node);
    List<Integer> children = tree.namedChildren(node);
    if (!children.isEmpty() && (text.contains("++") || text.contains("--"))) {
      addTargets(children.get(0), SyntaxTree.NONE, false, Definition.NO_PARAMETER);
    }
  }

  private void addDeclaration(int node) {
    for (int child : tree.namedChildren(node)) {
      if (tree.field(child).equals("declarator") && !tree.is(child, "init_declarator")) {
        int value = field(node, VALUE_FIELDS);
        addTargets(child, value, true, Definition.NO_PARAMETER);
      }
    }
  }

  private void addCaught(int node) {
    int name = tree.child(node, "name");
    name = name == SyntaxTree.NONE ? tree.child(node, "parameter") : name;
    if (name == SyntaxTree.NONE && tree.is(node, Set.of("catch_block", "exception_variable"))) {
      name = tree.namedChildren(node).stream().findFirst().orElse(SyntaxTree.NONE);
    }
    if (name != SyntaxTree.NONE) {
      addTargets(name, SyntaxTree.NONE, true, Definition.NO_PARAMETER);
    }
  }

  private void addParameters(int function) {
    int index = 0;
    for (int parameter : parameters(function)) {
      String text = code.text(parameter);
      boolean isObject = tree.is(parameter, "self_parameter") || text.equals("self");
      if (!isObject) {
        addTargets(parameter, passedTo(function), true, index++);
      }
    }
  }

  /** The nodes of a function's parameters, in order. */
  List<Integer> parameters(int function) {
    int list = tree.child(function, "parameters");
    int single = tree.child(function, "parameter");
    for (String kind : List.of("function_value_parameters", "lambda_parameters")) {
      list = list == SyntaxTree.NONE ? tree.childOfKind(function, kind) : list;
    }
    int declarator = tree.child(function, "declarator");
    if (list == SyntaxTree.NONE && declarator != SyntaxTree.NONE) {
      int inner =
          tree.is(declarator, "function_declarator")
                  || tree.is(declarator, "abstract_function_declarator")
              ? declarator
              : tree.below(declarator, "function_declarator");
      list = tree.child(inner, "parameters");
    }
    if (list == SyntaxTree.NONE) {
      return single == SyntaxTree.NONE ? List.of() : List.of(single);
    }
    if (names.isIdentifier(list)) {
      return List.of(list);
    }
    List<Integer> parameters = new ArrayList<>();
    for (int child : tree.namedChildren(list)) {
      // Kotlin has default values among them; Go, several names before one type.
      boolean isDefault = code.grammar() == Grammar.KOTLIN && !isKotlinParameter(child);
      List<Integer> ofOneType = new ArrayList<>();
      if (code.grammar() == Grammar.GO) {
        for (int name : tree.namedChildren(child)) {
          if (tree.field(name).equals("name")) {
            ofOneType.add(name);
          }
        }
      }
      if (!ofOneType.isEmpty()) {
        parameters.addAll(ofOneType);
      } else if (!isDefault) {
        parameters.add(child);
      }
    }
    return parameters;
  }

  private boolean isKotlinParameter(int node) {
    return tree.is(node, Set.of("parameter", "variable_declaration", "multi_variable_declaration"));
  }

  /**
   * Where the values come from that a function without a name is called with: what it is passed to.
   */
  private int passedTo(int function) {
    if (!tree.is(function, Kinds.ANONYMOUS_FUNCTIONS)) {
      return SyntaxTree.NONE;
    }
    int above = tree.parent(function);
    for (int levels = 0; levels < 4 && above != SyntaxTree.NONE; levels++) {
      if (tree.is(above, Kinds.CALLS)) {
        int callee = tree.firstChild(above);
        return tree.isWithin(function, callee) ? SyntaxTree.NONE : callee;
      }
      above = tree.parent(above);
    }
    return SyntaxTree.NONE;
  }

  /**
   * What a call changes: the object it is called on where its answer is left, and what it fills.
   */
  private void addChanged(int call) {
    List<Integer> arguments = Calls.arguments(tree, call);
    int filled = Calls.filledArgument(code, call);
    boolean fillsAll = Calls.fillsAllFrom(code, call);
    for (int i = 0; i < arguments.size(); i++) {
      boolean isFilled = filled >= 0 && (i == filled || fillsAll && i > filled);
      if (isFilled || isPassedToChange(arguments.get(i))) {
        addFilled(arguments.get(i), call);
      }
    }
    int receiver = Calls.receiver(tree, call);
    boolean changes = !arguments.isEmpty() || Kept.REMOVES.contains(Calls.simpleName(code, call));
    if (receiver != SyntaxTree.NONE && changes && isStatement(call)) {
      addFilled(receiver, call);
    }
  }

  /** Whether the argument says that the call may write to it. */
  private boolean isPassedToChange(int argument) {
    return tree.is(argument, ADDRESSES)
        && (code.grammar() == Grammar.RUST
            ? code.text(argument).startsWith("&mut ")
            : WRITABLE.matcher(code.text(argument)).lookingAt());
  }

  /** Something is put into what the node begins with; it is read there too. */
  private void addFilled(int node, int call) {
    int leaf = firstLeaf(node);
    if (names.isVariable(leaf)) {
      String chain = names.chain(leaf);
      all.add(new Definition(chain, leaf, call, false, Definition.NO_PARAMETER, tree.end(call)));
    }
  }

  /** The first name in the node. */
  private int firstLeaf(int node) {
    int leaf = node;
    while (tree.firstChild(leaf) != SyntaxTree.NONE && !names.isIdentifier(leaf)) {
      List<Integer> children = tree.namedChildren(leaf);
      if (children.isEmpty()) {
        return leaf;
      }
      leaf = children.get(0);
    }
    return leaf;
  }

  /** Whether nothing takes the value of the call. */
  private boolean isStatement(int call) {
    int parent = tree.parent(call);
    return tree.is(parent, "expression_statement") || tree.is(parent, Kinds.BLOCKS);
  }

  private List<Integer> listed(int node) {
    return tree.is(node, LISTS) ? tree.namedChildren(node) : List.of(node);
  }

  private int field(int node, List<String> fields) {
    for (String field : fields) {
      int child = tree.child(node, field);
      if (child != SyntaxTree.NONE) {
        return child;
      }
    }
    return SyntaxTree.NONE;
  }

  /** Adds what gets a value in the target, which may be a pattern of several. */
  private void addTargets(int target, int value, boolean whole, int parameter) {
    if (names.isIdentifier(target)) {
      // PHP declares a field with the sign that its uses leave out.
      boolean isField = tree.is(tree.parent(target), "property_element");
      String chain = names.chain(target);
      add(target, isField ? chain.substring(1) : chain, value, whole, parameter);
    } else if (tree.is(target, FIELD_NAMES)) {
      add(target, code.text(target), value, whole, parameter);
    } else if (names.isMember(target)) {
      int leaf = firstLeaf(target);
      add(leaf, names.chain(leaf), value, whole, parameter);
    } else if (tree.is(target, "directly_assignable_expression")) {
      addAssignable(target, value, whole);
    } else if (tree.is(target, Kinds.SUBSCRIPTS) || tree.is(target, ADDRESSES)) {
      List<Integer> children = tree.namedChildren(target);
      if (!children.isEmpty()) {
        addTargets(children.get(0), value, false, parameter);
      }
    } else {
      for (int child : tree.namedChildren(target)) {
        if (!BESIDE_TARGET.contains(tree.field(child)) && !tree.is(child, "user_type")) {
          addTargets(child, value, whole, parameter);
        }
      }
    }
  }

  /** Kotlin has the object and what of it is meant side by side. */
  private void addAssignable(int target, int value, boolean whole) {
    List<Integer> children = tree.namedChildren(target);
    boolean isElement = children.size() > 1 && tree.is(children.get(1), "indexing_suffix");
    String chain = code.text(isElement ? children.get(0) : target).replaceAll("\\s+", "");
    int leaf = firstLeaf(target);
    add(leaf, chain, value, whole && !isElement, Definition.NO_PARAMETER);
  }

  private void add(int leaf, String chain, int value, boolean whole, int parameter) {
    boolean valueFollows = value != SyntaxTree.NONE && tree.end(value) > tree.end(leaf);
    if (whole) {
      targets.set(leaf);
    }
    all.add(
        new Definition(
            chain, leaf, value, whole, parameter, tree.end(valueFollows ? value : leaf)));
  }
}
