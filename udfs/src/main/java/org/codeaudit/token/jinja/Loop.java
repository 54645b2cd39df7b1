package org.codeaudit.token.jinja;

import java.util.List;

/** The variable {@code loop} of a for loop: where it is. */
final class Loop {
  private final List<Object> elements;
  private final int depth;
  private int index;
  private Object changed;

  /**
   * @param depth how many loops are around it, itself included
   */
  Loop(List<Object> elements, int depth) {
    this.elements = elements;
    this.depth = depth;
  }

  void moveTo(int newIndex) {
    index = newIndex;
  }

  /** An attribute's value, or null. */
  Object attribute(String name, Context context) {
    int size = elements.size();
    return switch (name) {
      case "index" -> (Object) (index + 1L);
      case "index0" -> (long) index;
      case "revindex" -> (long) (size - index);
      case "revindex0" -> (long) (size - index - 1);
      case "first" -> index == 0;
      case "last" -> index == size - 1;
      case "length" -> (long) size;
      case "depth" -> (long) depth;
      case "depth0" -> (long) (depth - 1);
      case "previtem" -> neighbour(index - 1, "there is no previous item");
      case "nextitem" -> neighbour(index + 1, "there is no next item");
      case "cycle" -> (Function) this::cycle;
      case "changed" -> (Function) this::changed;
      default -> null;
    };
  }

  private Object neighbour(int at, String what) {
    return at < 0 || at >= elements.size() ? new Undefined(what) : elements.get(at);
  }

  private Object cycle(Arguments call) {
    if (call.positional().isEmpty()) {
      throw call.context().error("loop.cycle takes what to cycle through");
    }
    return call.positional().get(index % call.positional().size());
  }

  private Object changed(Arguments call) {
    Tuple value = new Tuple(call.positional());
    boolean differs = changed == null || !Values.equal(changed, value, call.context());
    changed = value;
    return differs;
  }
}
