package org.codeaudit.code;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.codeaudit.syntax.ParsedCode;
import org.codeaudit.syntax.SyntaxTree;

/** What a file says it needs of others: modules, packages, headers. */
final class Imports {
  private static final Set<String> NAMES =
      Set.of("dotted_name", "aliased_import", "relative_import");

  private final ParsedCode code;
  private final SyntaxTree tree;
  private final Set<String> found = new LinkedHashSet<>();

  private Imports(ParsedCode code) {
    this.code = code;
    this.tree = code.tree();
  }

  /** The names as they are written, without quotes, each once, in their order. */
  static List<String> of(ParsedCode code) {
    Imports imports = new Imports(code);
    for (int node = 0; node < code.tree().size(); node++) {
      imports.look(node);
    }
    return List.copyOf(imports.found);
  }

  private void look(int node) {
    switch (tree.kind(node)) {
      case "import_from_statement" -> add(tree.child(node, "module_name"));
      case "import_statement", "import_declaration", "import_header", "import" -> imported(node);
      case "import_spec", "preproc_include" -> add(tree.child(node, "path"));
      case "using_directive", "namespace_use_clause" -> last(node);
      case "use_declaration" -> add(tree.child(node, "argument"));
      case "call", "call_expression" -> required(node);
      default -> {
        // imports nothing
      }
    }
  }

  /** Names of Python, a source of JavaScript, or the one name of Java or Kotlin. */
  private void imported(int node) {
    if (!tree.isNamed(node) || tree.kind(node).equals("import_declaration") && isGo()) {
      return;
    }
    int source = tree.child(node, "source");
    if (source != SyntaxTree.NONE) {
      add(source);
      return;
    }
    List<Integer> names =
        tree.namedChildren(node).stream().filter(name -> NAMES.contains(tree.kind(name))).toList();
    if (names.isEmpty()) {
      tree.namedChildren(node).stream().findFirst().ifPresent(this::add);
    }
    for (int name : names) {
      int aliased = tree.child(name, "name");
      add(aliased == SyntaxTree.NONE ? name : aliased);
    }
  }

  private boolean isGo() {
    return code.grammar().name().equals("GO");
  }

  /** A using directive may begin with an alias. */
  private void last(int node) {
    List<Integer> children = tree.namedChildren(node);
    int alias = tree.child(node, "alias");
    children.removeIf(child -> child == alias);
    if (!children.isEmpty()) {
      boolean aliasFirst = tree.kind(node).equals("using_directive");
      add(children.get(aliasFirst ? children.size() - 1 : 0));
    }
  }

  /** {@code require} of Ruby and of CommonJS. */
  private void required(int node) {
    int called = tree.child(node, "method");
    called = called == SyntaxTree.NONE ? tree.child(node, "function") : called;
    boolean requires =
        called != SyntaxTree.NONE && code.text(called).matches("require(_relative)?");
    int arguments = tree.child(node, "arguments");
    if (requires && arguments != SyntaxTree.NONE) {
      tree.namedChildren(arguments).stream()
          .filter(argument -> tree.kind(argument).startsWith("string"))
          .findFirst()
          .ifPresent(this::add);
    }
  }

  private void add(int node) {
    Optional.of(node)
        .filter(some -> some != SyntaxTree.NONE)
        .map(some -> code.text(some).strip().replaceAll("\\s+", " "))
        .map(text -> text.replaceAll("^[\"'<]|[\"'>]$", ""))
        .filter(text -> !text.isEmpty())
        .ifPresent(found::add);
  }
}
