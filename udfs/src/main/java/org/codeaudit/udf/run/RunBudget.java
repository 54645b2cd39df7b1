package org.codeaudit.udf.run;

import java.io.IOException;
import java.io.Serializable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hadoop.fs.Path;
import org.apache.spark.util.LongAccumulator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the tasks of a run know of its budget. The driver decides when it is used up, and writes a
 * file that all executors check now and then; a JVM that has used up the tokens by itself need not
 * wait for that. From then on nothing new is started.
 */
public final class RunBudget implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(RunBudget.class);
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final ConcurrentMap<String, Here> OF_THIS_JVM = new ConcurrentHashMap<>();

  /** The state of a run in this JVM, shared by its tasks. */
  private static final class Here {
    final AtomicLong tokens = new AtomicLong();
    final AtomicLong nextLook = new AtomicLong(System.nanoTime());
    volatile boolean over;
  }

  private final String runId;
  private final String marker;
  private final long tokens;
  private final LongAccumulator inputs;

  /** Set on the driver; travels with tasks that are sent afterwards. */
  private volatile boolean over;

  /**
   * A budget that has not been used yet.
   *
   * @param marker the file that the driver will write; on a file system that all executors see
   * @param tokens of prompts and answers together; {@link Long#MAX_VALUE} for no limit
   * @param inputs counts the inputs that tasks went through, started or not
   */
  public RunBudget(String runId, String marker, long tokens, LongAccumulator inputs) {
    this.runId = runId;
    this.marker = marker;
    this.tokens = tokens;
    this.inputs = inputs;
  }

  /** Ends the budget, on the driver: for tasks of this JVM and all tasks sent from now on. */
  public void end() {
    over = true;
    here().over = true;
  }

  /** Whether this JVM knows that it is used up. Returns at once. */
  public boolean over() {
    return over || here().over;
  }

  /** As {@link #over}, but checks the driver's file first if the last check was some time ago. */
  public boolean look() {
    Here here = here();
    long due = here.nextLook.get();
    long now = System.nanoTime();
    if (!over() && now - due >= 0 && here.nextLook.compareAndSet(due, now + LOOK_NANOS)) {
      if (marked()) { // another thread may have ended it in the meantime: never reset it
        here.over = true;
      }
    }
    return over();
  }

  /** Counts tokens of a question that was answered, and of the answer. */
  public void spend(long count) {
    Here here = here();
    if (here.tokens.addAndGet(count) >= tokens) {
      here.over = true;
    }
  }

  /** Counts an input that a task goes through. */
  void saw() {
    inputs.add(1);
  }

  private boolean marked() {
    try {
      Path file = new Path(marker);
      return Journals.SHARED.of(file).exists(file);
    } catch (IOException | RuntimeException e) {
      LOG.warn("Cannot tell whether the run's budget is used up: {}", e.toString());
      return false;
    }
  }

  private Here here() {
    return OF_THIS_JVM.computeIfAbsent(runId, run -> new Here());
  }
}
