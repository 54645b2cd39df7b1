package org.codeaudit.job.sarif;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.codeaudit.AuditException;

/**
 * Reads the results of a SARIF 2.1.0 log (OASIS standard, docs.oasis-open.org/sarif/sarif/v2.1.0):
 * those that report something, each at its first location. Results that a tool marks as passed, as
 * not applicable or as absent since a baseline report nothing.
 */
public final class SarifReader {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String VERSION = "2.1.0";

  private final Path file;
  private final List<SarifResult> results = new ArrayList<>();

  private SarifReader(Path file) {
    this.file = file;
  }

  /**
   * The results of a log, of all its runs.
   *
   * @throws AuditException {@code SARIF_UNREADABLE} if it is no such log
   */
  public static List<SarifResult> read(Path file) {
    SarifReader reader = new SarifReader(file);
    reader.read();
    return reader.results;
  }

  private void read() {
    JsonNode log;
    try {
      log = JSON.readTree(Files.readAllBytes(file));
    } catch (JsonProcessingException e) {
      throw unreadable("it is no JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw unreadable(e.toString(), e);
    }
    if (!log.path("version").asText().equals(VERSION) || !log.path("runs").isArray()) {
      throw unreadable(
          "it is no SARIF log of version " + VERSION + ": its version is " + log.path("version"),
          null);
    }
    for (JsonNode run : log.path("runs")) {
      for (JsonNode result : run.path("results")) {
        if (reports(result)) {
          result(run, result);
        }
      }
    }
  }

  private static boolean reports(JsonNode result) {
    String kind = result.path("kind").asText("fail");
    boolean absent = result.path("baselineState").asText().equals("absent");
    return !absent && !kind.equals("pass") && !kind.equals("notApplicable");
  }

  private void result(JsonNode run, JsonNode result) {
    JsonNode driver = run.path("tool").path("driver");
    JsonNode place = result.path("locations").path(0).path("physicalLocation");
    Optional<String> address = address(run, place.path("artifactLocation"));
    if (address.isEmpty()) {
      return; // about the project as a whole
    }
    Optional<JsonNode> rule = SarifRules.rule(run, result);
    JsonNode region = place.path("region");
    OptionalInt start = number(region.path("startLine"));
    results.add(
        new SarifResult(
            driver.path("name").asText(""),
            SarifRules.id(result, rule),
            message(result.path("message"), rule),
            level(result, rule),
            SarifRules.weaknesses(run, result, rule),
            address.get(),
            start,
            region.has("endLine") ? number(region.path("endLine")) : start,
            suppressed(result)));
  }

  private static OptionalInt number(JsonNode value) {
    return value.isInt() ? OptionalInt.of(value.intValue()) : OptionalInt.empty();
  }

  /** A result refers to a text of its rule by its id, or brings its own. */
  private static String message(JsonNode message, Optional<JsonNode> rule) {
    if (message.has("text")) {
      return message.path("text").asText();
    }
    return rule.map(r -> r.path("messageStrings").path(message.path("id").asText()))
        .map(text -> text.path("text").asText(""))
        .orElse("");
  }

  private static String level(JsonNode result, Optional<JsonNode> rule) {
    return result.has("level")
        ? result.path("level").asText()
        : rule.map(r -> r.path("defaultConfiguration").path("level").asText("warning"))
            .orElse("warning");
  }

  private static boolean suppressed(JsonNode result) {
    for (JsonNode suppression : result.path("suppressions")) {
      String status = suppression.path("status").asText("accepted");
      if (status.equals("accepted")) {
        return true;
      }
    }
    return false;
  }

  /** A result names its file, or the place of it in the list of the run's files. */
  private static Optional<String> address(JsonNode run, JsonNode location) {
    JsonNode named =
        location.has("uri") || !location.has("index")
            ? location
            : run.path("artifacts").path(location.path("index").asInt()).path("location");
    String address = named.path("uri").asText("");
    return address.isEmpty() ? Optional.empty() : Optional.of(plain(address));
  }

  /** The address as a path: without the scheme of files, and what was escaped as it was. */
  private static String plain(String address) {
    try {
      URI uri = new URI(address);
      boolean isFile = uri.getScheme() == null || uri.getScheme().equals("file");
      String path = isFile && uri.getPath() != null ? uri.getPath() : address;
      return path.replaceFirst("^(?:\\./)+", "");
    } catch (URISyntaxException e) {
      return address; // tools forget to escape
    }
  }

  private AuditException unreadable(String why, Exception cause) {
    return new AuditException(
        "SARIF_UNREADABLE",
        "Cannot read the findings in " + file,
        why,
        "Name a log of SARIF " + VERSION + ", as most analysers write with an option",
        cause);
  }
}
