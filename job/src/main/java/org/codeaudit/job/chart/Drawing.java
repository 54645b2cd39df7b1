package org.codeaudit.job.chart;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A picture of lines and words. Coordinates are pixels from the upper left corner. */
public interface Drawing {
  /** Where a text stands with respect to its point. */
  enum Anchor {
    START,
    MIDDLE,
    END
  }

  /** A point. */
  record Point(double x, double y) {}

  /**
   * Points joined by a line.
   *
   * @param color {@code #rrggbb}
   * @param width of the line
   */
  void line(List<Point> points, String color, double width);

  /** A filled disc. */
  void disc(Point center, double radius, String color);

  /** A filled rectangle, given its upper left corner. */
  void rectangle(Point corner, double width, double height, String color);

  /**
   * A line of text.
   *
   * @param baseline of the text
   * @param size of its letters
   */
  void text(Point baseline, String text, Anchor anchor, int size);

  /** Writes the picture; an earlier file of the name is replaced. */
  void write(Path file) throws IOException;
}
