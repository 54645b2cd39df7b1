package org.codeaudit.job.sarif;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a run says of its rules. */
final class SarifRules {
  /** As tools tag their rules: {@code external/cwe/cwe-089} or {@code CWE-89: ...}. */
  private static final Pattern WEAKNESS =
      Pattern.compile("(?:^|/|\\b)CWE[-_ ]?0*([1-9]\\d*)", Pattern.CASE_INSENSITIVE);

  private SarifRules() {}

  /** The rule of a result, of the tool itself or of one of its extensions. */
  static Optional<JsonNode> rule(JsonNode run, JsonNode result) {
    JsonNode reference = result.path("rule");
    JsonNode component = run.path("tool").path("driver");
    JsonNode extension = reference.path("toolComponent").path("index");
    if (extension.isInt()) {
      component = run.path("tool").path("extensions").path(extension.intValue());
    }
    JsonNode index = result.has("ruleIndex") ? result.path("ruleIndex") : reference.path("index");
    if (index.isInt() && index.intValue() >= 0) {
      JsonNode rule = component.path("rules").path(index.intValue());
      return rule.isMissingNode() ? Optional.empty() : Optional.of(rule);
    }
    String id = result.path("ruleId").asText(reference.path("id").asText());
    for (JsonNode rule : component.path("rules")) {
      if (rule.path("id").asText().equals(id)) {
        return Optional.of(rule);
      }
    }
    return Optional.empty();
  }

  static Optional<String> id(JsonNode result, Optional<JsonNode> rule) {
    String own = result.path("ruleId").asText(result.path("rule").path("id").asText(""));
    return Optional.of(own.isEmpty() ? rule.map(r -> r.path("id").asText("")).orElse("") : own)
        .filter(id -> !id.isEmpty());
  }

  /** Numbers of weaknesses, those of the result itself before those of its rule. */
  static List<String> weaknesses(JsonNode run, JsonNode result, Optional<JsonNode> rule) {
    Set<String> found = new LinkedHashSet<>();
    addTaxa(found, run, result.path("taxa"));
    addProperties(found, result.path("properties"));
    rule.ifPresent(
        r -> {
          for (JsonNode relationship : r.path("relationships")) {
            addTaxon(found, run, relationship.path("target"));
          }
          addProperties(found, r.path("properties"));
        });
    return new ArrayList<>(found);
  }

  private static void addTaxa(Set<String> found, JsonNode run, JsonNode taxa) {
    taxa.forEach(taxon -> addTaxon(found, run, taxon));
  }

  /** A taxon of the enumeration is its bare number. */
  private static void addTaxon(Set<String> found, JsonNode run, JsonNode taxon) {
    JsonNode component = taxon.path("toolComponent");
    String taxonomy =
        component
            .path("name")
            .asText(
                run.path("taxonomies")
                    .path(component.path("index").asInt(-1))
                    .path("name")
                    .asText());
    String id = taxon.path("id").asText();
    if (taxonomy.equalsIgnoreCase("CWE") && id.matches("\\d+")) {
      found.add("CWE-" + Integer.parseInt(id));
    } else {
      add(found, id);
    }
  }

  private static void addProperties(Set<String> found, JsonNode properties) {
    for (String name : List.of("tags", "cwe")) {
      JsonNode value = properties.path(name);
      if (value.isArray()) {
        value.forEach(tag -> add(found, tag.asText()));
      } else {
        add(found, value.asText());
      }
    }
  }

  private static void add(Set<String> found, String text) {
    Matcher matcher = WEAKNESS.matcher(text);
    if (matcher.find()) {
      found.add("CWE-" + matcher.group(1));
    }
  }
}
