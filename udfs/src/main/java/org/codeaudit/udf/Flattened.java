package org.codeaudit.udf;

import java.util.Collections;
import java.util.Iterator;
import java.util.function.Function;

/**
 * What each of some inputs gives, one input after the other: the next is not begun before the last
 * is used up, so that memory holds what few of them give.
 */
final class Flattened<A, B> implements Iterator<B> {
  private final Iterator<A> inputs;
  private final Function<A, Iterator<B>> outputs;
  private Iterator<B> current = Collections.emptyIterator();

  /**
   * @param outputs what one input gives; may be nothing
   */
  Flattened(Iterator<A> inputs, Function<A, Iterator<B>> outputs) {
    this.inputs = inputs;
    this.outputs = outputs;
  }

  @Override
  public boolean hasNext() {
    while (!current.hasNext() && inputs.hasNext()) {
      current = outputs.apply(inputs.next());
    }
    return current.hasNext();
  }

  @Override
  public B next() {
    hasNext();
    return current.next();
  }
}
