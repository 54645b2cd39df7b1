package org.codeaudit.job.triage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.codeaudit.job.sarif.SarifFile;
import org.codeaudit.job.sarif.SarifLog;

/**
 * A tool's log with verdicts added to its results. Nothing of it is taken away: a result that is
 * judged false gets a suppression that awaits review, which viewers still show.
 */
public final class TriagedLog {
  private static final String SUPPRESSIONS = "suppressions";

  private final ObjectNode tree;
  private final Set<ObjectNode> runs = Collections.newSetFromMap(new IdentityHashMap<>());

  public TriagedLog(SarifLog log) {
    this.tree = log.tree();
  }

  /**
   * Adds a verdict.
   *
   * @param entry one of the log's
   */
  public void add(SarifLog.Entry entry, Verdict verdict) {
    runs.add(entry.run());
    if (entry.node().path("properties").isMissingNode()) {
      entry.node().putObject("properties");
    }
    if (entry.node().path("properties") instanceof ObjectNode properties) {
      ObjectNode own = properties.putObject("codeAudit");
      own.put("verdict", verdict.kind().words());
      verdict.confidence().ifPresent(confidence -> own.put("confidence", confidence));
      own.put("reason", verdict.reason());
      verdict.line().ifPresent(line -> own.put("line", line));
    }
    if (verdict.kind() == Verdict.Kind.FALSE_POSITIVE) {
      suppress(entry.node(), verdict.reason());
    }
  }

  private static void suppress(ObjectNode result, String reason) {
    if (!result.path(SUPPRESSIONS).isArray()) {
      result.putArray(SUPPRESSIONS);
    }
    ArrayNode suppressions = (ArrayNode) result.path(SUPPRESSIONS);
    ObjectNode own = suppressions.objectNode();
    own.put("kind", "external");
    own.put("status", "underReview");
    own.put("justification", reason);
    // The standard wants them to be unique, and this log may have been through here before.
    for (JsonNode other : suppressions) {
      if (other.equals(own)) {
        return;
      }
    }
    suppressions.add(own);
  }

  /** The log as UTF-8. */
  public byte[] bytes() {
    runs.forEach(TriagedLog::evenOut);
    return SarifFile.bytes(tree);
  }

  /**
   * The standard (3.27.23) wants all results of a run to have suppressions or none: an empty list
   * says that there is none.
   */
  private static void evenOut(ObjectNode run) {
    boolean any = false;
    for (JsonNode result : run.path("results")) {
      any |= result.path(SUPPRESSIONS).isArray();
    }
    for (JsonNode result : run.path("results")) {
      if (any && result instanceof ObjectNode node && !node.has(SUPPRESSIONS)) {
        node.putArray(SUPPRESSIONS);
      }
    }
  }
}
