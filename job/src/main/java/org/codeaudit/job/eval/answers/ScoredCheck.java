package org.codeaudit.job.eval.answers;

import java.util.OptionalDouble;

/**
 * What came of one check on a unit of which it is known what is wrong with it.
 *
 * @param pair the unit's id, or of two twins the first one's
 * @param asked tells the questions apart that were asked together: those of one row
 * @param check its id
 * @param screen score of the question about the unit
 * @param verdict score of the second look, if there was one
 * @param flow what was seen of values from outside
 * @param sign whether a sign of the defect was seen
 * @param present whether the unit has a defect of the check's category
 * @param lineRight whether the line that was looked at is that defect's
 */
public record ScoredCheck(
    String pair,
    String asked,
    String check,
    double screen,
    OptionalDouble verdict,
    double flow,
    double sign,
    boolean present,
    boolean lineRight) {}
