package org.codeaudit.model.torch;

import com.sun.jna.Function;

/**
 * Memory that was freed and that the C library has kept. glibc keeps freed memory for the thread
 * that freed it, and a model's thread ends with the model. Without this, a process that opens one
 * model after the other would grow by some hundred megabytes each time.
 */
final class FreedMemory {
  private FreedMemory() {}

  /** Returns it to the system if the C library has a call for that; takes milliseconds. */
  static void giveBack() {
    try {
      Function.getFunction("c", "malloc_trim").invokeInt(new Object[] {0L});
    } catch (LinkageError none) {
      // another C library, or JNA cannot load its own: then the process keeps the memory
    }
  }
}
