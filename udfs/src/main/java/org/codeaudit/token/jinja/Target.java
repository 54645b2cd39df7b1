package org.codeaudit.token.jinja;

import java.util.List;

/** What an assignment sets. */
sealed interface Target {

  void assign(Object value, Context context);

  record Variable(String name) implements Target {
    @Override
    public void assign(Object value, Context context) {
      context.set(name, value);
    }
  }

  /** {@code namespace.name}. */
  record Field(String namespace, String name) implements Target {
    @Override
    public void assign(Object value, Context context) {
      if (!(context.variable(namespace) instanceof Namespace found)) {
        throw context.error("cannot set an attribute of '" + namespace + "', it is no namespace");
      }
      found.attributes().put(Text.trusted(name), value);
    }
  }

  /** {@code first, second}. */
  record Several(List<Target> targets) implements Target {
    @Override
    public void assign(Object value, Context context) {
      List<Object> elements = Values.elements(value, context);
      if (elements.size() != targets.size()) {
        throw context.error(
            "cannot unpack " + elements.size() + " values into " + targets.size() + " names");
      }
      for (int at = 0; at < targets.size(); at++) {
        targets.get(at).assign(elements.get(at), context);
      }
    }
  }
}
