package org.codeaudit.job.sarif;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;

/**
 * The parts of a SARIF 2.1.0 log that are written, by the names of the standard (OASIS,
 * docs.oasis-open.org/sarif/sarif/v2.1.0). What is null or empty is left out, but for the list of
 * results: an empty one says that nothing was found.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
record SarifDocument(@JsonProperty("$schema") String schema, String version, List<Run> runs) {

  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  record Run(
      Tool tool,
      Map<String, Base> originalUriBaseIds,
      List<Taxonomy> taxonomies,
      String columnKind,
      @JsonInclude(JsonInclude.Include.ALWAYS) List<Result> results,
      Map<String, Object> properties) {}

  record Tool(Driver driver) {}

  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  record Driver(
      String name, String semanticVersion, List<Rule> rules, List<Component> supportedTaxonomies) {}

  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  record Rule(
      String id,
      String name,
      Text shortDescription,
      Text fullDescription,
      Text help,
      Level defaultConfiguration,
      List<Relationship> relationships,
      Map<String, Object> properties) {}

  record Text(String text) {}

  record Level(String level) {}

  record Relationship(Target target, List<String> kinds) {}

  record Target(String id, Component toolComponent) {}

  record Component(String name) {}

  record Taxonomy(String name, String organization, Text shortDescription, List<Taxon> taxa) {}

  record Taxon(String id) {}

  record Base(Text description) {}

  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  record Result(
      String ruleId,
      int ruleIndex,
      String level,
      Text message,
      List<Location> locations,
      Map<String, String> partialFingerprints,
      // All results of a run have the list, or none: an empty one says that it is not suppressed.
      @JsonInclude(JsonInclude.Include.ALWAYS) List<Suppression> suppressions,
      Map<String, Object> properties) {}

  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  record Suppression(
      String kind, String status, String justification, Map<String, Object> properties) {}

  record Location(PhysicalLocation physicalLocation) {}

  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  record PhysicalLocation(Artifact artifactLocation, Region region) {}

  record Artifact(String uri, String uriBaseId) {}

  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  record Region(int startLine, int endLine, Text snippet) {}
}
