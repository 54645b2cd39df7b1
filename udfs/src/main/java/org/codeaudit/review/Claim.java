package org.codeaudit.review;

import java.io.Serializable;
import java.util.List;
import org.codeaudit.check.Check;

/**
 * A report of another tool about lines of a file, to be judged.
 *
 * @param id unique among all reports of a run
 * @param tool its name
 * @param rule the id of the tool's rule; empty if it names none
 * @param check what the model is asked about
 * @param startLine 1-based line of the file
 * @param endLine inclusive
 */
public record Claim(String id, String tool, String rule, Check check, int startLine, int endLine)
    implements Serializable {

  /** Everything about it that decides an answer, as a text to be hashed. */
  String key() {
    return List.of(
            id,
            check.id(),
            check.category(),
            check.severity(),
            check.question(),
            check.counts(),
            check.harmless(),
            check.message(),
            startLine,
            endLine)
        .toString();
  }
}
