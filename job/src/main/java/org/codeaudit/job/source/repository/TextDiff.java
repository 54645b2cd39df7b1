package org.codeaudit.job.source.repository;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.eclipse.jgit.diff.DiffAlgorithm;
import org.eclipse.jgit.diff.DiffFormatter;
import org.eclipse.jgit.diff.EditList;
import org.eclipse.jgit.diff.HistogramDiff;
import org.eclipse.jgit.diff.RawText;
import org.eclipse.jgit.diff.RawTextComparator;

/** Compares two texts line by line; line ends count, as they do for git. */
public final class TextDiff {
  /** Lines of both sides together beyond which a smallest difference would take too long. */
  private static final int LARGE = 20_000;

  private static final DiffAlgorithm EXACT = new HistogramDiff();
  private static final DiffAlgorithm COARSE = coarse();

  private TextDiff() {}

  /**
   * Hunks as unified diff text, beginning with {@code @@}; empty if the texts are the same. All
   * texts are UTF-8.
   */
  public static byte[] between(byte[] before, byte[] after, int contextLines) throws IOException {
    RawText a = new RawText(before);
    RawText b = new RawText(after);
    DiffAlgorithm algorithm = a.size() + b.size() > LARGE ? COARSE : EXACT;
    EditList edits = algorithm.diff(RawTextComparator.DEFAULT, a, b);
    if (edits.isEmpty()) {
      return new byte[0];
    }
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try (DiffFormatter formatter = new DiffFormatter(text)) {
      formatter.setContext(contextLines);
      formatter.format(edits, a, b);
    }
    return text.toByteArray();
  }

  /**
   * Without a fallback the histogram algorithm leaves a stretch of ever repeating lines as one
   * edit, where Myers' would take time quadratic in its length.
   */
  private static DiffAlgorithm coarse() {
    HistogramDiff algorithm = new HistogramDiff();
    algorithm.setFallbackAlgorithm(null);
    return algorithm;
  }
}
