package org.codeaudit.syntax.flow;

import java.util.Set;
import java.util.regex.Pattern;
import org.codeaudit.syntax.Grammar;
import org.codeaudit.syntax.Kinds;
import org.codeaudit.syntax.ParsedCode;
import org.codeaudit.syntax.SyntaxTree;

/**
 * What the names in code stand for. A variable is known by its chain: its name and the members
 * reached from it, joined by dots, as {@code request.query}. The object a method belongs to is
 * {@code this} in every language.
 */
final class Names {
  private static final Set<String> IDENTIFIERS =
      Set.of(
          "identifier",
          "simple_identifier",
          "interpolated_identifier",
          "variable_name",
          "instance_variable",
          "class_variable",
          "global_variable",
          "constant",
          "implicit_parameter",
          "shorthand_property_identifier",
          "shorthand_property_identifier_pattern");

  private static final Set<String> OBJECTS = Set.of("this", "this_expression", "self");

  /** Fields that hold a name which is no variable's. */
  private static final Set<String> OTHER_FIELDS =
      Set.of(
          "name",
          "field",
          "attribute",
          "property",
          "type",
          "returns",
          "return_type",
          "superclasses",
          "macro",
          "constructor",
          "label",
          "function",
          "method");

  /** Rules whose names are those of types, packages or labels. */
  private static final Set<String> OTHER_PARENTS =
      Set.of(
          "dotted_name",
          "scoped_identifier",
          "qualified_name",
          "qualified_identifier",
          "user_type",
          "generic_name",
          "type_argument_list",
          "base_list",
          "annotation",
          "marker_annotation",
          "navigation_suffix",
          "aliased_import",
          "import_specifier",
          "namespace_import",
          "import_clause",
          "using_directive",
          "break_statement",
          "continue_statement",
          "labeled_statement",
          "goto_statement",
          "superclass");

  private static final Pattern JOINT = Pattern.compile("^[?!.>:&\\s-]+");

  private final ParsedCode code;
  private final SyntaxTree tree;

  Names(ParsedCode code) {
    this.code = code;
    tree = code.tree();
  }

  /** Whether it is a name, of whatever. */
  boolean isIdentifier(int node) {
    return tree.is(node, IDENTIFIERS);
  }

  /** Whether it is a name that can be a variable's, or the object whose member is meant. */
  boolean isVariable(int node) {
    if (tree.is(node, OBJECTS) || isObjectName(node)) {
      return !chain(node).equals("this");
    }
    return isIdentifier(node)
        && !OTHER_FIELDS.contains(tree.field(node))
        && !tree.is(tree.parent(node), OTHER_PARENTS)
        && !(tree.is(tree.parent(node), Kinds.CALLS)
            && code.grammar() == Grammar.KOTLIN
            && tree.parent(node) == node - 1);
  }

  /** The chain that begins at a name and goes as far as members of it are reached. */
  String chain(int node) {
    StringBuilder chain = new StringBuilder(root(node));
    int inner = node;
    int outer = tree.parent(node);
    while (isMember(outer) && tree.firstChild(outer) == inner && !isCallee(outer)) {
      String member = code.text().substring(tree.end(inner), tree.end(outer));
      chain.append('.').append(JOINT.matcher(member.strip()).replaceFirst("").strip());
      inner = outer;
      outer = tree.parent(outer);
    }
    return chain.toString();
  }

  /** Whether the node is what a call calls, rather than a value. */
  boolean isCallee(int node) {
    int parent = tree.parent(node);
    return tree.is(parent, Kinds.CALLS)
        && (tree.field(node).equals("function")
            || code.grammar() == Grammar.KOTLIN && tree.firstChild(parent) == node);
  }

  /** Whether the node reaches a member of its first child. */
  boolean isMember(int node) {
    return tree.is(node, Kinds.MEMBERS)
        || code.grammar() == Grammar.RUBY
            && tree.is(node, "call")
            && tree.child(node, "receiver") != SyntaxTree.NONE
            && tree.child(node, "arguments") == SyntaxTree.NONE
            && tree.child(node, "block") == SyntaxTree.NONE;
  }

  /** Whether what is reached or called is named by the chain {@code outer} or is a part of it. */
  static boolean isPart(String part, String outer) {
    return part.startsWith(outer)
        && (part.length() == outer.length() || part.charAt(outer.length()) == '.');
  }

  private String root(int node) {
    if (tree.is(node, OBJECTS) || isObjectName(node)) {
      return "this";
    }
    String text = code.text(node);
    return text.startsWith("@") ? "this." + text.replace("@", "") : text;
  }

  private boolean isObjectName(int node) {
    return isIdentifier(node)
        && switch (code.grammar()) {
          case PYTHON -> code.text(node).equals("self");
          case PHP -> code.text(node).equals("$this");
          default -> false;
        };
  }
}
