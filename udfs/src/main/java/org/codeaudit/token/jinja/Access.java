package org.codeaudit.token.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Attributes, items and slices. */
final class Access {
  private Access() {}

  /** {@code object.name}: a method or attribute, else the item of that name, else undefined. */
  static Object attribute(Object object, String name, Context context) {
    Object member = member(object, name, context);
    if (member != null) {
      return member;
    }
    if (object instanceof Map<?, ?> map) {
      Object item = map.get(Text.trusted(name));
      if (item != null) {
        return item;
      }
    }
    return missing(object, "attribute '" + name + "'", context);
  }

  /** {@code object[key]}: an item, else the method or attribute of that name, else undefined. */
  static Object item(Object object, Object key, Context context) {
    Object item = null;
    Long index = Values.integer(key);
    if (object instanceof Map<?, ?> map) {
      item = map.get(key);
    } else if (index != null && object instanceof List<?> list) {
      item = at(list, index);
    } else if (index != null && object instanceof Text text) {
      item = at(text, index);
    }
    if (item == null && key instanceof Text name) {
      item = member(object, name.toString(), context);
    }
    return item != null ? item : missing(object, "such element", context);
  }

  private static Object member(Object object, String name, Context context) {
    if (object instanceof Namespace namespace) {
      return namespace.attributes().get(Text.trusted(name));
    } else if (object instanceof Loop loop) {
      return loop.attribute(name, context);
    }
    return Methods.bind(object, name, context);
  }

  private static Undefined missing(Object object, String what, Context context) {
    if (object instanceof Undefined undefined) {
      throw context.error(undefined.what());
    }
    return new Undefined(Values.type(object) + " has no " + what);
  }

  private static Object at(List<?> list, long index) {
    long at = index < 0 ? index + list.size() : index;
    return at < 0 || at >= list.size() ? null : list.get((int) at);
  }

  private static Object at(Text text, long index) {
    String characters = text.toString();
    int count = characters.codePointCount(0, characters.length());
    long at = index < 0 ? index + count : index;
    if (at < 0 || at >= count) {
      return null;
    }
    int start = characters.offsetByCodePoints(0, (int) at);
    return text.substring(start, characters.offsetByCodePoints(start, 1));
  }

  static Object slice(Object object, Object start, Object stop, Object step, Context context) {
    long stride = step == None.NONE ? 1 : bound(step, context);
    if (stride == 0) {
      throw context.error("a slice cannot have the step 0");
    }
    if (object instanceof Text text && stride == 1) {
      return slice(text, start, stop, context);
    }
    if (!(object instanceof Text) && !(object instanceof List)) {
      throw context.error("cannot take a slice of " + Values.type(object));
    }
    List<Object> elements = Values.elements(object, context);
    int size = elements.size();
    boolean back = stride < 0;
    long at = start == None.NONE ? (back ? size - 1 : 0) : clamp(start, size, back, context);
    long end = stop == None.NONE ? (back ? -1 : size) : clamp(stop, size, back, context);
    List<Object> taken = new ArrayList<>();
    for (; back ? at > end : at < end; at += stride) {
      taken.add(elements.get((int) at));
    }
    if (object instanceof Text) {
      Text.Builder joined = new Text.Builder();
      taken.forEach(each -> joined.append((Text) each));
      return joined.build();
    }
    return object instanceof Tuple ? new Tuple(taken) : taken;
  }

  private static Text slice(Text text, Object start, Object stop, Context context) {
    context.budget().characters(text.length());
    String characters = text.toString();
    int size = characters.codePointCount(0, characters.length());
    int from = start == None.NONE ? 0 : (int) clamp(start, size, false, context);
    int to = stop == None.NONE ? size : (int) clamp(stop, size, false, context);
    if (from >= to) {
      return Text.EMPTY;
    }
    int begin = characters.offsetByCodePoints(0, from);
    return text.substring(begin, characters.offsetByCodePoints(begin, to - from));
  }

  /** A bound as Python's {@code slice.indices} has it. */
  private static long clamp(Object bound, int size, boolean back, Context context) {
    long at = bound(bound, context);
    at = at < 0 ? at + size : at;
    return back ? Math.max(-1, Math.min(at, size - 1)) : Math.max(0, Math.min(at, size));
  }

  private static long bound(Object value, Context context) {
    Long number = Values.integer(value);
    if (number == null || Math.abs(number) > Integer.MAX_VALUE) {
      throw context.error("the bounds of a slice are integers, not " + Values.type(value));
    }
    return number;
  }
}
