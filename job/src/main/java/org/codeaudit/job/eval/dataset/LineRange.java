package org.codeaudit.job.eval.dataset;

/**
 * Lines of a file, 1-based and inclusive.
 *
 * @param start at least 1
 * @param end not before the start
 */
public record LineRange(int start, int end) {

  public LineRange {
    if (start < 1 || end < start) {
      throw new IllegalArgumentException("lines " + start + " to " + end + " are no range");
    }
  }

  /** How many they are. */
  public int count() {
    return end - start + 1;
  }

  /** Whether a line is one of them. */
  public boolean has(int line) {
    return start <= line && line <= end;
  }

  /** Whether the other has a line in common with these and so many more on either side. */
  public boolean touches(LineRange other, int slack) {
    return other.start <= (long) end + slack && other.end >= (long) start - slack;
  }
}
