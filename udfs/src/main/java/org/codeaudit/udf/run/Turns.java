package org.codeaudit.udf.run;

/**
 * Turns of the rows in this JVM: any number run together, or one runs alone. A row that waits to
 * run alone goes first, so that it does not wait forever.
 */
final class Turns {
  /** The turns of the executor. */
  static final Turns SHARED = new Turns();

  private int together;
  private int waitingToBeAlone;
  private boolean alone;

  synchronized void enterTogether() throws InterruptedException {
    while (alone || waitingToBeAlone > 0) {
      wait();
    }
    together++;
  }

  synchronized void leaveTogether() {
    together--;
    notifyAll();
  }

  synchronized void enterAlone() throws InterruptedException {
    waitingToBeAlone++;
    try {
      while (alone || together > 0) {
        wait();
      }
      alone = true;
    } finally {
      waitingToBeAlone--;
      notifyAll();
    }
  }

  synchronized void leaveAlone() {
    alone = false;
    notifyAll();
  }
}
