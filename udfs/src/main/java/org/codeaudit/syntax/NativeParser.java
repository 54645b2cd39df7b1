package org.codeaudit.syntax;

import java.util.Optional;
import org.treesitter.TSInputEncoding;
import org.treesitter.TSNode;
import org.treesitter.TSParser;
import org.treesitter.TSTree;
import org.treesitter.TSTreeCursor;

/**
 * The only caller of native code: parses bytes, copies the tree and frees everything. A subclass
 * because the binding keeps to subclasses the accessors that do not ask first whether a node is
 * one.
 */
final class NativeParser extends TSParser {
  /** Deeper trees are refused. */
  private static final int MOST_DEPTH = 4_000;

  private static final int NODES_PER_LOOK = 64;
  private static final int BUFFER_BYTES = 32_768;

  private NativeParser() {}

  /**
   * The tree of the bytes; empty where the parser takes more than its time or the tree is too deep.
   */
  static Optional<SyntaxTree> parse(GrammarNames names, byte[] bytes) {
    try (NativeParser parser = new NativeParser()) {
      if (!parser.setLanguage(names.language())) {
        return Optional.empty();
      }
      ParseTime time = ParseTime.of(bytes.length);
      // Through a reader and a report, not from a string: only so can it be stopped.
      try (TSTree tree =
          parser.parseWithOptions(
              new byte[Math.max(1, Math.min(bytes.length, BUFFER_BYTES))],
              null,
              (buffer, offset, position) -> copy(bytes, offset, buffer),
              TSInputEncoding.TSInputEncodingUTF8,
              state -> time.isOver())) {
        return tree == null ? Optional.empty() : copy(names, tree, time);
      }
    }
  }

  private static int copy(byte[] bytes, int offset, byte[] buffer) {
    int count = Math.min(buffer.length, bytes.length - offset);
    if (count <= 0) {
      return 0;
    }
    System.arraycopy(bytes, offset, buffer, 0, count);
    return count;
  }

  private static Optional<SyntaxTree> copy(GrammarNames names, TSTree parsed, ParseTime time) {
    SyntaxTree tree = new SyntaxTree(names);
    try (TSTreeCursor cursor = new TSTreeCursor(parsed.getRootNode())) {
      int parent = SyntaxTree.NONE;
      // Going to a sibling can take the longer the more there are.
      for (int depth = 0; depth < MOST_DEPTH; ) {
        if (tree.size() % NODES_PER_LOOK == 0 && time.isOver()) {
          return Optional.empty();
        }
        int node = add(tree, parent, cursor, names);
        if (cursor.gotoFirstChild()) {
          parent = node;
          depth++;
          continue;
        }
        tree.close(node);
        while (!cursor.gotoNextSibling()) {
          if (!cursor.gotoParent()) {
            return Optional.of(tree);
          }
          tree.close(parent);
          parent = tree.parent(parent);
          depth--;
        }
      }
    }
    return Optional.empty();
  }

  private static int add(SyntaxTree tree, int parent, TSTreeCursor cursor, GrammarNames names) {
    TSNode node = cursor.currentNode();
    int start = ts_node_start_byte(node);
    return tree.add(
        parent, ts_node_symbol(node), cursor.currentFieldId(), start, ts_node_end_byte(node));
  }
}
