package org.codeaudit.token.jinja;

import java.util.Map;

/** An object whose attributes a template may set, {@code namespace(found=false)}. */
record Namespace(Map<Text, Object> attributes) {
  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }
}
