package org.codeaudit.model.torch;

import com.sun.jna.Function;

/**
 * What was freed and the C library still holds. glibc keeps freed memory by thread, and a model's
 * thread ends with it: without this, a process that opens one model after the other grows by some
 * hundred megabytes each time.
 */
final class FreedMemory {
  private FreedMemory() {}

  /** Gives it back to the system, where the C library has a call for that; takes milliseconds. */
  static void giveBack() {
    try {
      Function.getFunction("c", "malloc_trim").invokeInt(new Object[] {0L});
    } catch (LinkageError none) {
      // another C library, or no room for JNA's own: then it stays with the process
    }
  }
}
