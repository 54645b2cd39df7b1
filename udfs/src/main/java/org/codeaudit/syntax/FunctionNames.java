package org.codeaudit.syntax;

import java.util.List;
import java.util.Set;

/** What a function is called. */
final class FunctionNames {
  private static final int LONGEST = 80;

  private static final Set<String> C_NAMES =
      Set.of(
          "identifier",
          "field_identifier",
          "qualified_identifier",
          "operator_name",
          "destructor_name");

  private FunctionNames() {}

  /** Its name without the class it belongs to; see {@link FunctionSpan#name}. */
  static String of(ParsedCode code, int node) {
    SyntaxTree tree = code.tree();
    return switch (tree.kind(node)) {
      case "secondary_constructor" -> "constructor";
      case "anonymous_initializer" -> "init";
      default -> {
        int name = nameNode(tree, node);
        String text = name == SyntaxTree.NONE ? "" : code.text(name).replaceAll("\\s+", "");
        String own = text.substring(text.contains("::") ? text.lastIndexOf("::") + 2 : 0);
        yield own.length() <= LONGEST ? own : own.substring(0, LONGEST);
      }
    };
  }

  /** Whether a function without a name has that of a variable or property. */
  static boolean isAssigned(SyntaxTree tree, int node) {
    return tree.is(tree.parent(node), Kinds.NAMING);
  }

  private static int nameNode(SyntaxTree tree, int node) {
    int name = tree.child(node, "name");
    return switch (tree.kind(node)) {
      case "accessor_declaration" -> tree.child(tree.parent(tree.parent(node)), "name");
      case "getter", "setter" -> tree.below(property(tree, node), "simple_identifier");
      case "function_declaration", "function_definition", "operator_declaration" ->
          name != SyntaxTree.NONE ? name : declared(tree, node);
      default ->
          name == SyntaxTree.NONE && tree.is(node, Kinds.ANONYMOUS_FUNCTIONS)
              ? naming(tree, node)
              : name;
    };
  }

  /** On a line of its own, an accessor of Kotlin stands behind its property and not below it. */
  private static int property(SyntaxTree tree, int node) {
    List<Integer> siblings = tree.children(tree.parent(node));
    for (int i = siblings.indexOf(node) - 1; i >= 0; i--) {
      if (tree.is(siblings.get(i), "property_declaration")) {
        return siblings.get(i);
      }
    }
    return tree.parent(node);
  }

  /** C wraps the name in what is said of it; Kotlin has it among the other children. */
  private static int declared(SyntaxTree tree, int node) {
    int declarator = tree.child(node, "declarator");
    for (int below = declarator;
        declarator != SyntaxTree.NONE && below < tree.after(declarator);
        below++) {
      if (tree.is(below, C_NAMES)) {
        return below;
      }
    }
    return tree.childOfKind(node, "simple_identifier");
  }

  /** What it is assigned or passed to. */
  private static int naming(SyntaxTree tree, int node) {
    int parent = tree.parent(node);
    if (isAssigned(tree, node)) {
      return tree.namedChildren(parent).get(0);
    }
    // In an argument, in the arguments, or, in Ruby, in the call itself.
    for (int levels = 0; levels < 4 && parent != SyntaxTree.NONE; levels++) {
      for (String field : List.of("function", "name", "method")) {
        int callee = tree.child(parent, field);
        if (callee != SyntaxTree.NONE && !tree.isWithin(node, callee)) {
          return callee;
        }
      }
      parent = tree.parent(parent);
    }
    return SyntaxTree.NONE;
  }
}
