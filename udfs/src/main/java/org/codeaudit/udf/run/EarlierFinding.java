package org.codeaudit.udf.run;

import java.io.Serializable;

/**
 * A finding of an earlier run that is carried forward to a unit that reads the same.
 *
 * @param check the id of the check it answered; null for the open question
 * @param cwe number of the weakness; null if none is meant
 * @param suggestion null if there is none
 * @param quote the code it points at, secrets redacted
 * @param confidence 0 to 1; null if it was not measured
 */
public record EarlierFinding(
    String check,
    String category,
    String cwe,
    String severity,
    Double confidence,
    String message,
    String suggestion,
    String quote)
    implements Serializable {}
