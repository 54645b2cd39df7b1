package org.codeaudit.syntax.flow;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.codeaudit.syntax.FunctionSpan;
import org.codeaudit.syntax.Functions;
import org.codeaudit.syntax.ParsedCode;
import org.codeaudit.syntax.SyntaxTree;

/** What is found out once about parsed code, for all questions about it. */
final class Facts {
  private final ParsedCode code;
  private final Names names;
  private final Definitions definitions;
  private final Branches branches;
  private final Functions functions;
  private final Map<String, Integer> byName = new HashMap<>();

  Facts(ParsedCode code) {
    this.code = code;
    names = new Names(code);
    definitions = new Definitions(code, names);
    branches = new Branches(code.tree());
    functions = Functions.of(code);
    List<FunctionSpan> spans = functions.all();
    for (int i = 0; i < spans.size(); i++) {
      // Two of a name are none: which is meant is not known.
      byName.merge(spans.get(i).name(), functions.node(i), (one, other) -> SyntaxTree.NONE);
    }
    byName.remove("");
  }

  ParsedCode code() {
    return code;
  }

  Names names() {
    return names;
  }

  Definitions definitions() {
    return definitions;
  }

  Branches branches() {
    return branches;
  }

  Functions functions() {
    return functions;
  }

  /** The name of a function that no other has; empty if another has it too. */
  String functionName(int function) {
    for (Map.Entry<String, Integer> named : byName.entrySet()) {
      if (named.getValue() == function) {
        return named.getKey();
      }
    }
    return "";
  }

  /** The node of the only function of that name. */
  Optional<Integer> function(String name) {
    int node = byName.getOrDefault(name, SyntaxTree.NONE);
    return node == SyntaxTree.NONE ? Optional.empty() : Optional.of(node);
  }
}
