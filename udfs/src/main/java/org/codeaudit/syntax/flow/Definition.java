package org.codeaudit.syntax.flow;

import org.codeaudit.syntax.SyntaxTree;

/**
 * A place at which a variable gets a value or something is put into it.
 *
 * @param chain what gets it, see {@link Names#chain}
 * @param target the node of the name
 * @param value the node of the value; {@link SyntaxTree#NONE} for none, as of a parameter
 * @param whole whether the old value is gone: not so where an element is set, or something added
 * @param parameter 0-based position among the parameters of its function; negative for none
 * @param effect offset from which on the value is there
 */
record Definition(String chain, int target, int value, boolean whole, int parameter, int effect) {

  static final int NO_PARAMETER = -1;

  boolean isParameter() {
    return parameter >= 0;
  }

  /** Whether it can change what a use of the chain reads. */
  boolean concerns(String used) {
    return Names.isPart(used, chain) || Names.isPart(chain, used);
  }

  /** Whether a use of the chain reads only this, where it surely happened before. */
  boolean replaces(String used) {
    return whole && Names.isPart(used, chain);
  }
}
