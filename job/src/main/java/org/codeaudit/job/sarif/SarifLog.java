package org.codeaudit.job.sarif;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;

/**
 * A SARIF 2.1.0 log as a tree (OASIS standard, docs.oasis-open.org/sarif/sarif/v2.1.0), for who
 * reads its results and for who adds to them. Nothing of it is lost when it is written again.
 *
 * @param file where it was read
 * @param tree all of it
 */
public record SarifLog(Path file, ObjectNode tree) {
  private static final String VERSION = "2.1.0";

  /** Numbers stay as they are written; what a tree cannot hold is refused. */
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .nodeFactory(JsonNodeFactory.withExactBigDecimals(true))
          .build();

  /**
   * One result.
   *
   * @param run the part of the tree that it is in
   * @param node the result itself; who adds to it adds to the tree
   * @param tool the name of the tool
   * @param rule the id of its rule; empty if it names none
   * @param result what it reports; empty if it reports nothing of a file
   * @param nothing why it reports nothing of a file, as a clause; empty if it does
   */
  public record Entry(
      ObjectNode run,
      ObjectNode node,
      String tool,
      String rule,
      Optional<SarifResult> result,
      String nothing) {}

  /**
   * Reads a log.
   *
   * @throws AuditException {@code SARIF_UNREADABLE} if it is none of this version
   */
  public static SarifLog read(Path file) {
    JsonNode tree;
    try {
      tree = JSON.readTree(Files.readAllBytes(file));
    } catch (JsonProcessingException e) {
      throw unreadable(file, "it is no JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw unreadable(file, e.toString(), e);
    } catch (NumberFormatException e) {
      throw unreadable(file, "it has a number with an exponent that nothing can hold", e);
    }
    if (!tree.path("version").asText().equals(VERSION) || !tree.path("runs").isArray()) {
      throw unreadable(
          file,
          "it is no SARIF log of version " + VERSION + ": its version is " + tree.path("version"),
          null);
    }
    return new SarifLog(file, (ObjectNode) tree);
  }

  /** All results of all runs, in their order. */
  public List<Entry> entries() {
    List<Entry> entries = new ArrayList<>();
    for (JsonNode run : tree.path("runs")) {
      for (JsonNode result : run.path("results")) {
        if (run instanceof ObjectNode of && result instanceof ObjectNode node) {
          entries.add(SarifReader.entry(of, node));
        }
      }
    }
    return entries;
  }

  private static AuditException unreadable(Path file, String why, Exception cause) {
    return new AuditException(
        ErrorClass.SARIF_UNREADABLE,
        "Cannot read the findings in " + file,
        why,
        "Name a log of SARIF " + VERSION + ", as most analysers write with an option",
        cause);
  }
}
