package org.codeaudit.syntax;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * The functions and methods of code. A function without a name counts as one only where no function
 * with a name encloses it, as a handler that is passed to a router: else it is a part of that one.
 */
public final class Functions {
  /** A nameless function without parameters and longer than this is a frame, such as a module's. */
  private static final int LONGEST_FRAME = 100;

  /** Kotlin's grammar names no fields; a method of Ruby may be empty. */
  private static final List<String> OTHER_BODIES = List.of("function_body", "{", "end");

  private final ParsedCode code;
  private final SyntaxTree tree;
  private final List<FunctionSpan> spans = new ArrayList<>();
  private final List<Integer> nodes = new ArrayList<>();

  private Functions(ParsedCode code) {
    this.code = code;
    tree = code.tree();
    for (int node = 0; node < tree.size(); node++) {
      boolean named = tree.is(node, Kinds.FUNCTIONS);
      if (named && body(node) != SyntaxTree.NONE || !named && standsAlone(node)) {
        spans.add(measured(node));
        nodes.add(node);
      }
    }
  }

  /**
   * The functions of a file or a part of one.
   *
   * @param language lower-case name as of {@link org.codeaudit.change.FileChange}
   * @return empty where the text cannot be parsed, see {@link ParsedCode#parse}
   */
  public static Optional<Functions> of(String language, String text) {
    return ParsedCode.parse(language, text).map(Functions::of);
  }

  /** The functions of the code. */
  public static Functions of(ParsedCode code) {
    return new Functions(code);
  }

  /** All of them that have a body, in the order they begin in; one inside another follows it. */
  public List<FunctionSpan> all() {
    return List.copyOf(spans);
  }

  /** The innermost function the line is in; empty for a line outside of all. */
  public Optional<FunctionSpan> enclosing(int line) {
    int found = indexAt(line);
    return found < 0 ? Optional.empty() : Optional.of(spans.get(found));
  }

  /** The node of the function at that place of {@link #all}. */
  public int node(int index) {
    return nodes.get(index);
  }

  /** The node of the innermost function the line is in; the root for a line outside of all. */
  public int nodeAt(int line) {
    int found = indexAt(line);
    return found < 0 ? 0 : nodes.get(found);
  }

  /** The lines of the function at a node; empty if the node is none. */
  public Optional<FunctionSpan> span(int node) {
    int index = Collections.binarySearch(nodes, node);
    return index < 0 ? Optional.empty() : Optional.of(spans.get(index));
  }

  /** The innermost function around a node, itself included; 0 for none. */
  public int nodeAround(int node) {
    for (int above = node; above != SyntaxTree.NONE; above = tree.parent(above)) {
      if (Collections.binarySearch(nodes, above) >= 0) {
        return above;
      }
    }
    return 0;
  }

  private int indexAt(int line) {
    int found = -1;
    for (int i = 0; i < spans.size(); i++) {
      if (spans.get(i).contains(line)
          && (found < 0 || spans.get(i).lineCount() <= spans.get(found).lineCount())) {
        found = i;
      }
    }
    return found;
  }

  private FunctionSpan measured(int node) {
    int body = body(node);
    int signature = node;
    for (int child : tree.children(node)) {
      if (child < body && !tree.is(child, Kinds.COMMENTS)) {
        signature = child;
      }
    }
    return new FunctionSpan(
        FunctionNames.of(code, node),
        code.firstLine(start(node)),
        signature == node ? code.firstLine(node) : code.lastLine(signature),
        code.lastLine(node));
  }

  /** The function, or what decorates it: some grammars have that beside or around it. */
  private int start(int node) {
    int parent = tree.parent(node);
    if (tree.is(parent, Kinds.AROUND_FUNCTIONS)) {
      return parent;
    }
    int start = node;
    List<Integer> siblings = parent == SyntaxTree.NONE ? List.of() : tree.children(parent);
    for (int i = siblings.indexOf(node) - 1;
        i >= 0 && tree.is(siblings.get(i), Kinds.DECORATIONS);
        i--) {
      start = siblings.get(i);
    }
    return start;
  }

  /** Where its statements begin; {@link SyntaxTree#NONE} for one that is only declared. */
  private int body(int node) {
    int body = tree.child(node, "body");
    for (String kind : OTHER_BODIES) {
      body = body == SyntaxTree.NONE ? tree.childOfKind(node, kind) : body;
    }
    return body;
  }

  /** Whether a function without a name of its own counts as one. */
  private boolean standsAlone(int node) {
    if (!tree.is(node, Kinds.ANONYMOUS_FUNCTIONS)
        || code.firstLine(node) == code.lastLine(node)
        || !FunctionNames.isAssigned(tree, node) && isFrame(node)) {
      return false;
    }
    if (FunctionNames.isAssigned(tree, node)) {
      return true;
    }
    for (int above = tree.parent(node); above != SyntaxTree.NONE; above = tree.parent(above)) {
      boolean encloses =
          tree.is(above, Kinds.FUNCTIONS)
              || tree.is(above, Kinds.ANONYMOUS_FUNCTIONS)
                  && (FunctionNames.isAssigned(tree, above) || !isFrame(above));
      if (encloses) {
        return false;
      }
    }
    return true;
  }

  /**
   * Whether it is there only to hold others: called where it stands, or long and without values.
   */
  private boolean isFrame(int node) {
    int parameters = tree.child(node, "parameters");
    boolean takesValues =
        parameters != SyntaxTree.NONE
            && tree.firstChild(parameters) != SyntaxTree.NONE
            && !tree.namedChildren(parameters).isEmpty()
            && !tree.is(node, "do_block");
    boolean calledAtOnce = tree.is(tree.parent(node), "parenthesized_expression");
    return calledAtOnce
        || !takesValues && code.lastLine(node) - code.firstLine(node) >= LONGEST_FRAME;
  }
}
