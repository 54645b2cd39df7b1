package org.codeaudit.syntax.flow;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.codeaudit.syntax.Grammar;
import org.codeaudit.syntax.Kinds;
import org.codeaudit.syntax.ParsedCode;
import org.codeaudit.syntax.SyntaxTree;

/** What a call calls, on what, and with what. */
final class Calls {
  private static final int LONGEST_NAME = 80;

  private static final Pattern AROUND_SIGNS = Pattern.compile(" ?([^\\w$@]) ?");

  private static final List<String> ARGUMENT_LISTS =
      List.of("argument_list", "arguments", "call_suffix", "token_tree");

  /** Functions of C that write to an argument of theirs, with its 0-based position. */
  private static final Map<String, Integer> FILLING =
      Map.ofEntries(
          Map.entry("strcpy", 0),
          Map.entry("strncpy", 0),
          Map.entry("strcat", 0),
          Map.entry("strncat", 0),
          Map.entry("memcpy", 0),
          Map.entry("memmove", 0),
          Map.entry("sprintf", 0),
          Map.entry("snprintf", 0),
          Map.entry("vsprintf", 0),
          Map.entry("vsnprintf", 0),
          Map.entry("gets", 0),
          Map.entry("fgets", 0),
          Map.entry("getline", 0),
          Map.entry("fread", 0),
          Map.entry("read", 1),
          Map.entry("recv", 1),
          Map.entry("recvfrom", 1),
          Map.entry("scanf", 1),
          Map.entry("sscanf", 2),
          Map.entry("fscanf", 2));

  private static final Set<Grammar> WITH_C = Set.of(Grammar.C, Grammar.CPP);

  private Calls() {}

  /** The nodes of the arguments, in order. */
  static List<Integer> arguments(SyntaxTree tree, int call) {
    int list = tree.child(call, "arguments");
    for (String kind : ARGUMENT_LISTS) {
      list = list == SyntaxTree.NONE ? tree.childOfKind(call, kind) : list;
    }
    if (tree.is(list, "call_suffix")) {
      int inner = tree.childOfKind(list, "value_arguments");
      list = inner == SyntaxTree.NONE ? list : inner;
    }
    return list == SyntaxTree.NONE ? List.of() : tree.namedChildren(list);
  }

  /** What a method is called on; {@link SyntaxTree#NONE} for a function. */
  static int receiver(SyntaxTree tree, int call) {
    for (String field : List.of("object", "receiver", "scope")) {
      int child = tree.child(call, field);
      if (child != SyntaxTree.NONE) {
        return child;
      }
    }
    int function = callee(tree, call);
    return tree.is(function, Kinds.MEMBERS) ? tree.firstChild(function) : SyntaxTree.NONE;
  }

  /** The name without what it is called on, e.g. {@code trim}. */
  static String simpleName(ParsedCode code, int call) {
    String name = name(code, call);
    int end = name.length();
    while (end > 0 && !Character.isJavaIdentifierPart(name.charAt(end - 1))) {
      end--;
    }
    int start = end;
    while (start > 0 && Character.isJavaIdentifierPart(name.charAt(start - 1))) {
      start--;
    }
    return name.substring(start, end);
  }

  /** What is called as the code has it, without arguments and white space, e.g. {@code a.trim}. */
  static String name(ParsedCode code, int call) {
    SyntaxTree tree = code.tree();
    int end = tree.end(call);
    for (int child : tree.children(call)) {
      boolean isList =
          tree.field(child).equals("arguments")
              || tree.field(child).equals("block")
              || ARGUMENT_LISTS.contains(tree.kind(child));
      end = isList ? Math.min(end, tree.start(child)) : end;
    }
    String text = code.text().substring(tree.start(call), end).replaceAll("\\s+", " ");
    String name = AROUND_SIGNS.matcher(text).replaceAll("$1").strip();
    return name.length() <= LONGEST_NAME
        ? name
        : "…" + name.substring(name.length() - LONGEST_NAME);
  }

  /**
   * The position of the first argument a function of C writes to; negative if it writes to none.
   */
  static int filledArgument(ParsedCode code, int call) {
    return WITH_C.contains(code.grammar()) ? FILLING.getOrDefault(simpleName(code, call), -1) : -1;
  }

  /** Whether it writes to all arguments behind that one too. */
  static boolean fillsAllFrom(ParsedCode code, int call) {
    return simpleName(code, call).endsWith("scanf");
  }

  /** What is called, where the grammar has a node for it; else {@link SyntaxTree#NONE}. */
  static int callee(SyntaxTree tree, int call) {
    int function = tree.child(call, "function");
    boolean isKotlin = tree.childOfKind(call, "call_suffix") != SyntaxTree.NONE;
    return function == SyntaxTree.NONE && isKotlin ? tree.firstChild(call) : function;
  }

  /** Those of the nodes below that are calls, outermost first. */
  static List<Integer> below(SyntaxTree tree, int node) {
    List<Integer> calls = new ArrayList<>();
    for (int below = node; below < tree.after(node); below++) {
      if (tree.is(below, Kinds.CALLS)) {
        calls.add(below);
      }
    }
    return calls;
  }
}
