package org.codeaudit.job.sarif;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.codeaudit.AuditException;
import org.codeaudit.rule.Decision;

/**
 * Reads the results of a SARIF log: those that report something, each at its first location.
 * Results that a tool marks as passed, as not applicable or as absent since a baseline report
 * nothing.
 */
public final class SarifReader {
  private SarifReader() {}

  /**
   * The results of a log, of all its runs.
   *
   * @throws AuditException {@code SARIF_UNREADABLE} if it is no such log
   */
  public static List<SarifResult> read(Path file) {
    return SarifLog.read(file).entries().stream()
        .flatMap(entry -> entry.result().stream())
        .toList();
  }

  /** What a result of a run reports. */
  static SarifLog.Entry entry(ObjectNode run, ObjectNode node) {
    String tool = run.path("tool").path("driver").path("name").asText("");
    Optional<JsonNode> rule = SarifRules.rule(run, node);
    Optional<String> id = SarifRules.id(node, rule);
    JsonNode place = node.path("locations").path(0).path("physicalLocation");
    Optional<SarifAddress> address = SarifAddress.of(run, place.path("artifactLocation"));
    String kind = node.path("kind").asText("fail");
    String nothing = "";
    if (kind.equals("pass") || kind.equals("notApplicable")) {
      nothing = "the tool reports no defect: the result's kind is " + kind;
    } else if (node.path("baselineState").asText().equals("absent")) {
      nothing = "the tool no longer reports it: its baselineState is absent";
    } else if (address.isEmpty()) {
      nothing = "it names no file"; // about the project as a whole
    }
    Optional<SarifResult> result =
        nothing.isEmpty()
            ? Optional.of(result(run, node, tool, id, rule, address.get(), place.path("region")))
            : Optional.empty();
    return new SarifLog.Entry(run, node, tool, id.orElse(""), result, nothing);
  }

  private static SarifResult result(
      JsonNode run,
      JsonNode node,
      String tool,
      Optional<String> id,
      Optional<JsonNode> rule,
      SarifAddress address,
      JsonNode region) {
    OptionalInt start = number(region.path("startLine"));
    return new SarifResult(
        tool,
        id,
        text(rule, "shortDescription"),
        text(rule, "fullDescription"),
        message(node.path("message"), rule),
        level(node, rule),
        SarifRules.weaknesses(run, node, rule),
        address.file(),
        address.base(),
        start,
        region.has("endLine") ? number(region.path("endLine")) : start,
        accepted(node).findAny().isPresent(),
        decision(node));
  }

  private static OptionalInt number(JsonNode value) {
    return value.isInt() ? OptionalInt.of(value.intValue()) : OptionalInt.empty();
  }

  private static String text(Optional<JsonNode> rule, String name) {
    return rule.map(r -> r.path(name).path("text").asText("")).orElse("");
  }

  /** A result refers to a text of its rule by its id, or brings its own. */
  private static String message(JsonNode message, Optional<JsonNode> rule) {
    if (message.has("text")) {
      return filled(message.path("text").asText(), message.path("arguments"));
    }
    return rule.map(r -> r.path("messageStrings").path(message.path("id").asText()))
        .map(text -> filled(text.path("text").asText(""), message.path("arguments")))
        .orElse("");
  }

  /** A text with its arguments at the places {0}, {1} and so on. */
  private static String filled(String text, JsonNode arguments) {
    String filled = text;
    for (int i = 0; i < arguments.size(); i++) {
      filled = filled.replace("{" + i + "}", arguments.path(i).asText());
    }
    return filled;
  }

  private static String level(JsonNode result, Optional<JsonNode> rule) {
    return result.has("level")
        ? result.path("level").asText()
        : rule.map(r -> r.path("defaultConfiguration").path("level").asText("warning"))
            .orElse("warning");
  }

  /** Suppressions that somebody has accepted, or that need nobody to do so. */
  private static Stream<JsonNode> accepted(JsonNode result) {
    return StreamSupport.stream(result.path("suppressions").spliterator(), false)
        .filter(suppression -> suppression.path("status").asText("accepted").equals("accepted"));
  }

  private static Optional<Decision> decision(JsonNode result) {
    return accepted(result)
        .map(suppression -> suppression.path("properties").path("decision").asText(""))
        .flatMap(decision -> Decision.of(decision).stream())
        .findFirst();
  }
}
