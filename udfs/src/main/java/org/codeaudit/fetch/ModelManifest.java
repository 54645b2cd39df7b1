package org.codeaudit.fetch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.codeaudit.disk.Durable;

/**
 * The file that says a model is complete: which files it has, all of them verified. It is written
 * last, completely or not at all.
 */
record ModelManifest(List<Entry> files) {
  static final String NAME = "complete.json";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A file that was verified. */
  record Entry(String name, long size) {}

  /** Reads a manifest; empty if there is none that can be read. */
  static Optional<ModelManifest> read(Path folder) {
    try {
      JsonNode document = JSON.readTree(Files.readAllBytes(folder.resolve(NAME)));
      List<Entry> entries = new ArrayList<>();
      for (JsonNode file : document.path("files")) {
        entries.add(new Entry(file.path("name").asText(), file.path("size").asLong(-1)));
      }
      return entries.isEmpty() ? Optional.empty() : Optional.of(new ModelManifest(entries));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  static void write(Path folder, ModelReference reference, List<RemoteFile> files)
      throws IOException {
    byte[] content = text(reference, files).getBytes(StandardCharsets.UTF_8);
    Durable.write(folder.resolve(NAME), content);
  }

  private static String text(ModelReference reference, List<RemoteFile> files)
      throws JsonProcessingException {
    ObjectNode document = JSON.createObjectNode().put("reference", reference.toString());
    ArrayNode list = document.putArray("files");
    for (RemoteFile file : files) {
      ObjectNode entry = list.addObject().put("name", file.name()).put("size", file.size());
      file.checksum().ifPresent(checksum -> entry.put(checksum.kind().name(), checksum.hex()));
    }
    byte[] bytes = JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(document);
    return new String(bytes, StandardCharsets.UTF_8) + "\n";
  }
}
