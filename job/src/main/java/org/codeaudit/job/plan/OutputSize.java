package org.codeaudit.job.plan;

/**
 * What a run writes, by what it is made of.
 *
 * @param askedBytes of a row that was asked, findings in both tables included
 * @param otherBytes of a row that was not asked
 * @param fileBytes of the files one partition writes, beside their rows
 * @param most whether {@code askedBytes} is the most there may be, not what is expected
 */
public record OutputSize(double askedBytes, double otherBytes, double fileBytes, boolean most) {

  /** All tables of a run over a source, in bytes. */
  double of(SourceCount source) {
    double asked = source.asked().estimate();
    double others = source.rows().estimate() - asked;
    return asked * askedBytes + others * otherBytes + source.partitions() * fileBytes;
  }
}
