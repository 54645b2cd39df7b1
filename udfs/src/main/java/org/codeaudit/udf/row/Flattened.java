package org.codeaudit.udf.row;

import java.util.Collections;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Function;

/**
 * What each of some inputs gives, one input after the other: the next is not begun before the last
 * is used up, so that memory holds what few of them give.
 */
public final class Flattened<A, B> implements Iterator<B> {
  private final Iterator<A> inputs;
  private final Function<A, Iterator<B>> outputs;
  private Iterator<B> current = Collections.emptyIterator();

  /** Whoever was told that there is more gets it, even if what stops a run has come since. */
  private boolean promised;

  /**
   * @param outputs what one input gives; may be nothing
   */
  public Flattened(Iterator<A> inputs, Function<A, Iterator<B>> outputs) {
    this.inputs = inputs;
    this.outputs = outputs;
  }

  @Override
  public boolean hasNext() {
    while (!promised) {
      if (current.hasNext()) {
        promised = true;
      } else if (inputs.hasNext()) {
        current = outputs.apply(inputs.next());
      } else {
        return false;
      }
    }
    return true;
  }

  @Override
  public B next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    promised = false;
    return current.next();
  }
}
