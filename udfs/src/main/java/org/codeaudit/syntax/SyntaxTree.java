package org.codeaudit.syntax;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * A syntax tree in plain arrays, its nodes in the order they begin in: what stands below a node is
 * the run of nodes behind it. Nodes are numbers; 0 is the root. Offsets are characters of the text.
 */
public final class SyntaxTree {
  /** The kind of what no rule of the grammar takes. */
  public static final String ERROR = "ERROR";

  /** No node. */
  public static final int NONE = -1;

  private final GrammarNames names;
  private int[] symbols = new int[256];
  private int[] starts = new int[256];
  private int[] ends = new int[256];
  private int[] parents = new int[256];
  private int[] after = new int[256];
  private int[] fields = new int[256];
  private int size;
  private boolean wellFormed;

  SyntaxTree(GrammarNames names) {
    this.names = names;
  }

  /** Adds a node behind all others; returns it. */
  int add(int parent, int symbol, int field, int start, int end) {
    if (size == symbols.length) {
      grow();
    }
    symbols[size] = symbol;
    starts[size] = start;
    ends[size] = end;
    parents[size] = parent;
    fields[size] = field;
    return size++;
  }

  /** Says that all that stands below the node was added. */
  void close(int node) {
    after[node] = size;
  }

  /**
   * Moves all offsets into the part of the parsed text that is the code.
   *
   * @param from where the code begins in what was parsed
   * @param length its characters
   */
  void moveTo(int from, int length) {
    // Of what stands before the part nothing is left that could be told from a missing sign.
    wellFormed = errors() == 0;
    for (int node = 0; node < size; node++) {
      starts[node] = Math.max(0, Math.min(length, starts[node] - from));
      ends[node] = Math.max(0, Math.min(length, ends[node] - from));
    }
  }

  private void grow() {
    int length = symbols.length * 2;
    symbols = Arrays.copyOf(symbols, length);
    starts = Arrays.copyOf(starts, length);
    ends = Arrays.copyOf(ends, length);
    parents = Arrays.copyOf(parents, length);
    after = Arrays.copyOf(after, length);
    fields = Arrays.copyOf(fields, length);
  }

  /** How many nodes it has. */
  public int size() {
    return size;
  }

  /** What rule it is of, or the word or sign itself. */
  public String kind(int node) {
    return names.kind(symbols[node]);
  }

  /** Whether it stands for a rule, rather than for a word or sign of the text. */
  public boolean isNamed(int node) {
    return names.isNamed(symbols[node]);
  }

  /** Offset of its first character. */
  public int start(int node) {
    return starts[node];
  }

  /** Offset behind its last character. */
  public int end(int node) {
    return ends[node];
  }

  /** {@link #NONE} for the root. */
  public int parent(int node) {
    return parents[node];
  }

  /** The first node behind all that stands below it. */
  public int after(int node) {
    return after[node];
  }

  /** The name its parent's rule gives it; empty if it has none. */
  public String field(int node) {
    return names.field(fields[node]);
  }

  /** Whether it is the other or stands below it. */
  public boolean isWithin(int node, int ancestor) {
    return node >= ancestor && node < after[ancestor];
  }

  /** Its first child; {@link #NONE} if it has none, and of {@link #NONE}. */
  public int firstChild(int node) {
    return node != NONE && after[node] > node + 1 ? node + 1 : NONE;
  }

  /** The child of the same parent behind it; {@link #NONE} for the last. */
  public int nextSibling(int node) {
    int parent = parents[node];
    return parent != NONE && after[node] < after[parent] ? after[node] : NONE;
  }

  /** Its children, in order, the signs and words among them. */
  public List<Integer> children(int node) {
    List<Integer> children = new ArrayList<>();
    for (int child = firstChild(node); child != NONE; child = nextSibling(child)) {
      children.add(child);
    }
    return children;
  }

  /** Its children that stand for a rule, comments left out. */
  public List<Integer> namedChildren(int node) {
    List<Integer> children = children(node);
    children.removeIf(child -> !isNamed(child) || Kinds.COMMENTS.contains(kind(child)));
    return children;
  }

  /** The first child of the kind; {@link #NONE} if there is none. */
  public int childOfKind(int node, String kind) {
    for (int child = firstChild(node); child != NONE; child = nextSibling(child)) {
      if (kind(child).equals(kind)) {
        return child;
      }
    }
    return NONE;
  }

  /** The first node of the kind below it; {@link #NONE} if there is none. */
  public int below(int node, String kind) {
    for (int below = node + 1; node != NONE && below < after[node]; below++) {
      if (kind(below).equals(kind)) {
        return below;
      }
    }
    return NONE;
  }

  /** Whether it is of one of the kinds; {@link #NONE} is of none. */
  public boolean is(int node, Set<String> kinds) {
    return node != NONE && kinds.contains(kind(node));
  }

  /** Whether it is of the kind; {@link #NONE} is of none. */
  public boolean is(int node, String kind) {
    return node != NONE && kind(node).equals(kind);
  }

  /** The first child with the field; {@link #NONE} if there is none. */
  public int child(int node, String field) {
    for (int child = firstChild(node); child != NONE; child = nextSibling(child)) {
      if (field(child).equals(field)) {
        return child;
      }
    }
    return NONE;
  }

  /** Whether rules take all that was parsed, and nothing is missing. */
  boolean isWellFormed() {
    return wellFormed;
  }

  /** How many characters no rule takes, and one for each sign that is missing. */
  int errors() {
    int errors = 0;
    for (int node = 0; node < size; node++) {
      if (kind(node).equals(ERROR)) {
        errors += ends[node] - starts[node] + 1;
        node = after[node] - 1;
      } else if (starts[node] == ends[node] && after[node] == node + 1 && node > 0) {
        errors++;
      }
    }
    return errors;
  }
}
