package org.codeaudit.syntax.flow;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.codeaudit.syntax.Kinds;
import org.codeaudit.syntax.ParsedCode;
import org.codeaudit.syntax.SyntaxTree;
import org.codeaudit.syntax.flow.Branches.Branch;

/**
 * What a list or map holds under a constant key, where all that happens to it between its creation
 * and the question is plain: made empty, added to, put under constant keys, removed from by them.
 */
final class Kept {
  private static final Set<String> ADDS = Set.of("add", "append", "push", "push_back", "addLast");
  private static final Set<String> PUTS = Set.of("put", "set", "setProperty", "Add");
  private static final Set<String> ASKS =
      Set.of("get", "at", "getProperty", "elementAt", "ElementAt", "getOrDefault");

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
    boolean isElement = tree.is(node, Kinds.SUBSCRIPTS);
    if (!isElement && !ASKS.contains(Calls.simpleName(code, node))) {
      return Optional.empty();
    }
    int asked = isElement ? tree.firstChild(node) : Calls.receiver(tree, node);
    Optional<Object> key = key(node, function);
    if (key.isEmpty() || asked == SyntaxTree.NONE || !facts.names().isIdentifier(asked)) {
      return Optional.empty();
    }
    return history(asked, function).flatMap(history -> replayed(history, key.get(), function));
  }

  /** What happened to the variable, from its creation on; empty if that is not plain. */
  private Optional<List<Definition>> history(int asked, int function) {
    String chain = facts.names().chain(asked);
    List<Definition> history = reaching.of(chain, asked, function);
    List<Branch> here = reaching.constants().undecided(asked, function).orElse(List.of());
    for (int i = 0; i < history.size(); i++) {
      Definition definition = history.get(i);
      boolean isFirst = i == history.size() - 1;
      List<Branch> there =
          reaching.constants().undecided(definition.target(), function).orElse(List.of());
      boolean isPlain =
          definition.chain().equals(chain)
              && definition.effect() <= tree.start(asked)
              && definition.replaces(chain) == isFirst
              && here.containsAll(there);
      if (!isPlain || isFirst && !isEmptyCreation(definition.value())) {
        return Optional.empty();
      }
    }
    if (history.isEmpty() || isHandedOn(chain, history, asked, function)) {
      return Optional.empty();
    }
    List<Definition> inOrder = new ArrayList<>(history);
    java.util.Collections.reverse(inOrder);
    return Optional.of(inOrder);
  }

  /** Whether something else may have changed it: it was used for anything but what is known. */
  private boolean isHandedOn(String chain, List<Definition> history, int asked, int function) {
    int created = history.get(history.size() - 1).target();
    for (int node = created + 1; node < asked; node++) {
      if (facts.definitions().isUse(node)
          && facts.names().chain(node).equals(chain)
          && tree.isWithin(node, function)
          && !isKnownUse(node)) {
        return true;
      }
    }
    return false;
  }

  private boolean isKnownUse(int node) {
    int above = tree.parent(node);
    boolean isElement = tree.is(above, Kinds.SUBSCRIPTS) && tree.firstChild(above) == node;
    above = tree.is(above, Kinds.MEMBERS) ? tree.parent(above) : above;
    return isElement || tree.is(above, Kinds.CALLS) && Calls.receiver(tree, above) == node;
  }

  private boolean isEmptyCreation(int value) {
    if (value == SyntaxTree.NONE) {
      return false;
    }
    String text = code.text(value).replaceAll("\\s+", "");
    return text.equals("[]")
        || text.equals("{}")
        || text.equals("array()")
        || tree.is(value, Kinds.CALLS)
            && Calls.arguments(tree, value).isEmpty()
            && text.matches("(?:new)?(?:[\\w.]*)(?:<.*>)?(?:\\(\\)|\\{\\})");
  }

  private Optional<List<Integer>> replayed(List<Definition> history, Object key, int function) {
    List<Integer> added = new ArrayList<>();
    Map<Object, Integer> put = new HashMap<>();
    for (Definition definition : history.subList(1, history.size())) {
      if (!replay(definition, added, put, function)) {
        return Optional.empty();
      }
    }
    if (!put.isEmpty() && added.isEmpty()) {
      return Optional.of(Optional.ofNullable(put.get(key)).stream().toList());
    }
    if (put.isEmpty() && key instanceof Long index) {
      return Optional.of(
          index >= 0 && index < added.size() ? List.of(added.get(index.intValue())) : List.of());
    }
    return Optional.empty();
  }

  /** Does to the lists what the definition does to the variable; whether that is known. */
  private boolean replay(
      Definition definition, List<Integer> added, Map<Object, Integer> put, int function) {
    int value = definition.value();
    int parent = tree.parent(definition.target());
    if (tree.is(parent, Kinds.SUBSCRIPTS)) {
      Optional<Object> key = key(parent, function);
      key.ifPresent(known -> put.put(known, value));
      return key.isPresent() && added.isEmpty();
    }
    if (!tree.is(value, Kinds.CALLS) || Calls.receiver(tree, value) != definition.target()) {
      return false;
    }
    String name = Calls.simpleName(code, value);
    List<Integer> arguments = Calls.arguments(tree, value);
    if (ADDS.contains(name) && arguments.size() == 1) {
      return added.add(arguments.get(0));
    }
    if (PUTS.contains(name) && arguments.size() == 2) {
      Optional<Object> key = reaching.constants().value(arguments.get(0), function);
      if (key.orElse(null) instanceof Long index && index >= 0 && index < added.size()) {
        added.set(index.intValue(), arguments.get(1));
      } else {
        key.ifPresent(known -> put.put(known, arguments.get(1)));
      }
      return key.isPresent();
    }
    return REMOVES.contains(name) && remove(name, arguments, added, put, function);
  }

  private boolean remove(
      String name,
      List<Integer> arguments,
      List<Integer> added,
      Map<Object, Integer> put,
      int function) {
    if (name.equalsIgnoreCase("clear")) {
      added.clear();
      put.clear();
      return true;
    }
    boolean isFirst = name.equals("shift") || name.equals("removeFirst");
    Optional<Object> key =
        arguments.isEmpty()
            ? Optional.of(isFirst ? 0L : (long) added.size() - 1)
            : reaching.constants().value(arguments.get(0), function);
    if (key.orElse(null) instanceof Long index && put.isEmpty()) {
      if (index >= 0 && index < added.size()) {
        added.remove(index.intValue());
      }
      return true;
    }
    key.ifPresent(put::remove);
    return key.isPresent() && added.isEmpty();
  }

  private Optional<Object> key(int node, int function) {
    List<Integer> keys =
        tree.is(node, Kinds.SUBSCRIPTS) ? tree.namedChildren(node) : Calls.arguments(tree, node);
    int place = tree.is(node, Kinds.SUBSCRIPTS) ? 1 : 0;
    if (keys.size() <= place) {
      return Optional.empty();
    }
    int key = keys.get(place);
    // C# and Kotlin wrap it.
    while (tree.namedChildren(key).size() == 1 && !tree.kind(key).contains("string")) {
      key = tree.namedChildren(key).get(0);
    }
    return reaching.constants().value(key, function);
  }
}
