package org.codeaudit.job.triage;

import java.util.Optional;
import java.util.OptionalInt;
import org.codeaudit.job.sarif.SarifLog;
import org.codeaudit.review.Claim;

/**
 * A result of a log with what is to be asked about it.
 *
 * @param log the place of its log among all that are judged, from 0
 * @param path of its file, or its address if that is not read; empty if it names none
 * @param line where the tool reports it, 1-based
 * @param claim empty if it cannot be judged
 * @param reason why it cannot, as a clause; empty if it can
 */
public record ToolFinding(
    int log,
    SarifLog.Entry entry,
    String path,
    OptionalInt line,
    Optional<Claim> claim,
    String reason) {}
