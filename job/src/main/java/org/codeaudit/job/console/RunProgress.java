package org.codeaudit.job.console;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import org.codeaudit.udf.run.Progress;

/**
 * How far the tasks of a run are, whatever they go through: a part that is tried several times, one
 * after the other or at once, counts once. Thread safe.
 */
final class RunProgress {

  /** A piece of the input, whichever attempt of a task works on it. */
  private record Part(int stage, int partition) {}

  /** One attempt: how much it did, and whether it came to its end. */
  private record Attempt(Part part, Progress progress, boolean finished) {}

  private final Map<Long, Part> running = new HashMap<>();
  private final Map<Long, Attempt> attempts = new HashMap<>();

  /** An attempt has begun, at some step of the job. */
  synchronized void started(long task, int stage, int partition) {
    running.put(task, new Part(stage, partition));
  }

  /** An attempt of the step that asks the model reports what it has done so far. */
  synchronized void reported(long task, Progress progress) {
    Part part = running.get(task);
    if (part != null) {
      attempts.put(task, new Attempt(part, progress, false));
    }
  }

  /**
   * An attempt is over. One that failed counts no more: its rows will come again. What it did
   * counts only if it was of the step that asks the model, which it has reported then.
   */
  synchronized void ended(long task, boolean success) {
    running.remove(task);
    Attempt attempt = attempts.remove(task);
    if (success && attempt != null) {
      attempts.put(task, new Attempt(attempt.part(), attempt.progress(), true));
    }
  }

  /** Parts of which an attempt came to its end. */
  synchronized long finishedParts() {
    return attempts.values().stream()
        .filter(Attempt::finished)
        .map(Attempt::part)
        .distinct()
        .count();
  }

  /** What has come back: of each part, from the attempt that is furthest. */
  synchronized Progress progress() {
    Map<Part, Attempt> furthest = new HashMap<>();
    Comparator<Attempt> order =
        Comparator.comparing(Attempt::finished).thenComparing(attempt -> attempt.progress().rows());
    attempts
        .values()
        .forEach(
            attempt ->
                furthest.merge(
                    attempt.part(),
                    attempt,
                    (one, other) -> order.compare(one, other) >= 0 ? one : other));
    return furthest.values().stream().map(Attempt::progress).reduce(Progress.NONE, Progress::plus);
  }
}
