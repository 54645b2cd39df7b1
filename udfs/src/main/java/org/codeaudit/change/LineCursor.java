package org.codeaudit.change;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/** The lines of a patch with their numbers and a look-ahead of a few lines. */
final class LineCursor {
  private final Iterator<String> lines;
  private final Deque<String> ahead = new ArrayDeque<>();
  private int number;

  LineCursor(Iterator<String> lines) {
    this.lines = lines;
  }

  /** The line {@code distance} after the next one, or null behind the end. Nothing is consumed. */
  String peek(int distance) {
    while (ahead.size() <= distance && lines.hasNext()) {
      ahead.addLast(lines.next());
    }
    if (ahead.size() <= distance) {
      return null;
    }
    if (distance == 0) {
      return ahead.peekFirst();
    }
    Iterator<String> skipping = ahead.iterator();
    for (int i = 0; i < distance; i++) {
      skipping.next();
    }
    return skipping.next();
  }

  /**
   * As {@link #peek} without the carriage return a patch stored with CRLF endings has at the end of
   * its own lines; the empty string behind the end, so that it can be asked for prefixes.
   */
  String header(int distance) {
    String line = peek(distance);
    return line == null ? "" : withoutCarriageReturn(line);
  }

  boolean atEnd() {
    return peek(0) == null;
  }

  /** Consumes the next line; there must be one. */
  String next() {
    peek(0);
    number++;
    return ahead.removeFirst();
  }

  /** 1-based number of the line consumed last; 0 before the first. */
  int number() {
    return number;
  }

  static String withoutCarriageReturn(String line) {
    return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
  }
}
