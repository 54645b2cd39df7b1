package org.codeaudit.syntax.flow;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.codeaudit.syntax.ParsedCode;
import org.codeaudit.syntax.SyntaxTree;

/**
 * What a list or map holds under a constant key, where all that happens to it between its creation
 * and the question is plain: made empty, added to, put under constant keys, removed from by them.
 */
final class Kept {
  private static final Set<String> ADDS = Set.of("add", "append", "push", "push_back", "addLast");
  private static final Set<String> PUTS = Set.of("put", "set", "setProperty");

  /** Some of them are given nothing. */
  static final Set<String> REMOVES =
      Set.of(
          "remove",
          "removeAt",
          "RemoveAt",
          "pop",
          "shift",
          "clear",
          "Clear",
          "removeFirst",
          "removeLast");

  private static final Set<String> ASKS =
      Set.of("get", "at", "getProperty", "elementAt", "ElementAt", "getOrDefault");

  private final Facts facts;
  private final ParsedCode code;
  private final SyntaxTree tree;
  private final Reaching reaching;

  Kept(Facts facts, Reaching reaching) {
    this.facts = facts;
    this.reaching = reaching;
    code = facts.code();
    tree = code.tree();
  }

  /**
   * The values that a call or an element gives back.
   *
   * @return none in the list if there is nothing under the key; empty if that is not known
   */
  Optional<List<Integer>> at(int node, int function) {
    return Optional.empty();
  }
}
