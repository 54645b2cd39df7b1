package org.codeaudit.syntax.flow;

import java.util.BitSet;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.codeaudit.syntax.Kinds;
import org.codeaudit.syntax.ParsedCode;
import org.codeaudit.syntax.SyntaxTree;

/** The nodes of code that patterns match: the call or the members that the match begins. */
final class Sources {
  private static final int MOST_MATCHES = 5_000;

  private final SyntaxTree tree;
  private final BitSet nodes = new BitSet();

  Sources(ParsedCode code, List<Pattern> patterns) {
    tree = code.tree();
    for (Pattern pattern : patterns) {
      Matcher matcher = pattern.matcher(code.text());
      for (int i = 0; i < MOST_MATCHES && matcher.find(); i++) {
        if (matcher.end() > matcher.start()) {
          int node = grown(covering(matcher.start(), matcher.end()));
          if (node != 0 && !isText(node)) {
            nodes.set(node);
          }
        }
      }
    }
  }

  boolean isAt(int node) {
    return nodes.get(node);
  }

  /** The smallest node that covers the characters. */
  private int covering(int start, int end) {
    int covering = 0;
    int node = 0;
    while (node != SyntaxTree.NONE) {
      if (tree.start(node) <= start && tree.end(node) >= end) {
        covering = node;
        node = tree.firstChild(node);
      } else {
        node = tree.nextSibling(node);
      }
    }
    return covering;
  }

  /** As far out as calls, members and elements begin with it. */
  private int grown(int node) {
    int grown = node;
    int parent = tree.parent(grown);
    if (tree.is(parent, Kinds.MEMBERS) || tree.is(parent, Kinds.CALLS) && isName(node)) {
      grown = parent;
      parent = tree.parent(grown);
    }
    while (parent != SyntaxTree.NONE
        && tree.firstChild(parent) == grown
        && (isCallOf(parent, grown)
            || tree.is(parent, Kinds.SUBSCRIPTS)
            || tree.is(parent, Kinds.MEMBERS) && !isCallOf(tree.parent(parent), parent))) {
      grown = parent;
      parent = tree.parent(grown);
    }
    return grown;
  }

  /**
   * Whether it is what a call's method is called, in the grammars that have that beside the object.
   */
  private boolean isName(int node) {
    return tree.field(node).equals("name") || tree.field(node).equals("method");
  }

  private boolean isText(int node) {
    return tree.is(node, Kinds.COMMENTS)
        || tree.kind(node).contains("string")
        || tree.kind(node).contains("heredoc");
  }

  private boolean isCallOf(int call, int callee) {
    return tree.is(call, Kinds.CALLS)
        && (tree.field(callee).equals("function") || Calls.callee(tree, call) == callee);
  }
}
