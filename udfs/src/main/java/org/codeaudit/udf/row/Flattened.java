package org.codeaudit.udf.row;

import java.util.Collections;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Function;

/**
 * The outputs of several inputs, one input after the other: the next is not begun before the last
 * is used up, so that only few outputs are in memory.
 */
public final class Flattened<A, B> implements Iterator<B> {
  private final Iterator<A> inputs;
  private final Function<A, Iterator<B>> outputs;
  private Iterator<B> current = Collections.emptyIterator();

  /** A caller that was told there is more gets it, even if the run was stopped since. */
  private boolean promised;

  /**
   * @param outputs the outputs of one input; may be empty
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
