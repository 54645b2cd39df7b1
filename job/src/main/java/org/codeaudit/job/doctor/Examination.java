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
import org.codeaudit.job.doctor.Diagnosis.Status;

/**
 * Makes checks one after the other and prints a line for each. A check that throws has failed, and
 * the next one is made all the same.
 */
public final class Examination {
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.WRITE_ENUMS_USING_TO_STRING).build();

  private final PrintWriter out;
  private final List<Result> results = new ArrayList<>();

  private record Result(String what, @JsonUnwrapped Diagnosis diagnosis) {}

  /** A check. */
  @FunctionalInterface
  interface Check {
    Diagnosis look() throws Exception;
  }

  /**
   * @param out takes the lines
   */
  public Examination(PrintWriter out) {
    this.out = out;
  }

  /** Makes a check; returns whether all is well. */
  boolean check(String what, Check check) {
    Diagnosis diagnosis;
    try {
      diagnosis = check.look();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      diagnosis = Diagnosis.failed("interrupted", "");
    } catch (Exception | LinkageError e) {
      diagnosis = Diagnosis.failed(reason(e), "");
    }
    results.add(new Result(what, diagnosis));
    out.println(line(what, diagnosis));
    out.flush();
    return diagnosis.status() == Status.OK;
  }

  /** Records a check that cannot be made. */
  void skip(String what, String reason) {
    check(what, () -> Diagnosis.skipped(reason));
  }

  /** Whether no check has failed. */
  public boolean well() {
    return results.stream().noneMatch(result -> result.diagnosis().status() == Status.FAILED);
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
    return results.stream().filter(result -> result.diagnosis().status() == status).count();
  }

  private static String line(String what, Diagnosis diagnosis) {
    String advice = diagnosis.advice().isEmpty() ? "" : "  [" + diagnosis.advice() + "]";
    return String.format(
        Locale.ROOT, "%-8s %-30s %s%s", diagnosis.status(), what, diagnosis.figure(), advice);
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
