package org.codeaudit.fetch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The models that are known by name; the facts are in {@code named-models.json}. */
public final class NamedModels {
  /** The name of whichever of them is meant for a first try. */
  public static final String DEFAULT = "default";

  private static final NamedModels KNOWN = read();

  private final List<NamedModel> models;
  private final String byDefault;

  NamedModels(JsonNode document) {
    List<NamedModel> read = new ArrayList<>();
    document.path("models").forEach(model -> read.add(model(model)));
    this.models = List.copyOf(read);
    this.byDefault = document.path(DEFAULT).asText();
    find(DEFAULT).orElseThrow();
  }

  private static NamedModels read() {
    try (InputStream in = NamedModels.class.getResourceAsStream("named-models.json")) {
      return new NamedModels(new ObjectMapper().readTree(in));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static NamedModel model(JsonNode model) {
    JsonNode packages = model.path("packages");
    return new NamedModel(
        model.path("name").asText(),
        model.path("title").asText(),
        model.path("license").asText(),
        model.path("file").asText(),
        model.path("bytes").asLong(),
        model.path("sha256").asText(),
        Optional.ofNullable(model.get("hub")).map(JsonNode::asText),
        new NamedModel.Parts(
            packages.path("name").asText(),
            packages.path("version").asText(),
            packages.path("parts").asInt(),
            packages.path("partBytes").asLong(),
            packages.path("member").asText()));
  }

  /** Those of this version of Code Audit. */
  public static NamedModels known() {
    return KNOWN;
  }

  /** By name, by what its makers call it, or {@link #DEFAULT}; case does not matter. */
  public Optional<NamedModel> find(String name) {
    String meant = name.equalsIgnoreCase(DEFAULT) ? byDefault : name;
    return models.stream()
        .filter(m -> m.name().equalsIgnoreCase(meant) || m.title().equalsIgnoreCase(meant))
        .findFirst();
  }

  /** Their names, the most capable first. */
  public List<String> names() {
    return models.stream().map(NamedModel::name).toList();
  }
}
