package org.codeaudit.job.doctor;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.codeaudit.job.doctor.Finding.Status;

/**
 * Makes checks one after the other and prints a line for each. A check that throws has failed, and
 * the next one is made all the same.
 */
public final class Examination {
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.WRITE_ENUMS_USING_TO_STRING).build();

  private final PrintWriter out;
  private final List<Result> results = new ArrayList<>();

  private record Result(String what, @JsonUnwrapped Finding finding) {}

  /** A check. */
  @FunctionalInterface
  interface Check {
    Finding look() throws Exception;
  }

  /**
   * @param out takes the lines
   */
  public Examination(PrintWriter out) {
    this.out = out;
  }

  /** Makes a check; returns whether all is well. */
  boolean check(String what, Check check) {
    Finding finding;
    try {
      finding = check.look();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      finding = Finding.failed("interrupted", "");
    } catch (Exception | LinkageError e) {
      finding = Finding.failed(reason(e), "");
    }
    results.add(new Result(what, finding));
    out.println(line(what, finding));
    out.flush();
    return finding.status() == Status.OK;
  }

  /** Records a check that cannot be made. */
  void skip(String what, String reason) {
    check(what, () -> Finding.skipped(reason));
  }

  /** Whether no check has failed. */
  public boolean well() {
    return results.stream().noneMatch(result -> result.finding().status() == Status.FAILED);
  }

  /** The number of checks by outcome, for people. */
  public String summary() {
    return count(Status.OK)
        + " ok, "
        + count(Status.FAILED)
        + " failed, "
        + count(Status.SKIPPED)
        + " skipped";
  }

  /** All of it for programs. */
  public ObjectNode json() {
    ObjectNode report =
        JSON.createObjectNode().put("examined_at", Instant.now().toString()).put("well", well());
    report.set("checks", JSON.valueToTree(results));
    return report;
  }

  private long count(Status status) {
    return results.stream().filter(result -> result.finding().status() == status).count();
  }

  private static String line(String what, Finding finding) {
    String advice = finding.advice().isEmpty() ? "" : "  [" + finding.advice() + "]";
    return String.format(
        Locale.ROOT, "%-8s %-30s %s%s", finding.status(), what, finding.figure(), advice);
  }

  /** In one line: libtorch puts the stack of its interpreter into messages. */
  static String reason(Throwable failure) {
    String message = failure.getMessage() == null ? failure.toString() : failure.getMessage();
    List<String> lines =
        message.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    if (lines.isEmpty()) {
      return failure.getClass().getSimpleName();
    }
    String last = lines.get(lines.size() - 1);
    return lines.size() == 1 ? last : lines.get(0) + " ... " + last;
  }
}
