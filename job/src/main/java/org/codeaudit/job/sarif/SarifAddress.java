package org.codeaudit.job.sarif;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;

/**
 * Where a result says that its file is.
 *
 * @param file see {@link SarifResult#file()}
 * @param base see {@link SarifResult#base()}
 */
record SarifAddress(String file, Optional<String> base) {
  /** Bases refer to each other; a log may do so in a circle. */
  private static final int MOST_BASES = 10;

  /** A result names its file, or the place of it in the list of the run's files. */
  static Optional<SarifAddress> of(JsonNode run, JsonNode location) {
    JsonNode named =
        location.has("uri") || !location.has("index")
            ? location
            : run.path("artifacts").path(location.path("index").asInt()).path("location");
    String address = plain(named.path("uri").asText(""));
    return address.isEmpty()
        ? Optional.empty()
        : Optional.of(based(run, address, named.path("uriBaseId").asText("")));
  }

  /** Joins what is relative; where the outermost base lies is the tool's machine's affair. */
  private static SarifAddress based(JsonNode run, String address, String baseId) {
    String file = address;
    String id = baseId;
    for (int i = 0; i < MOST_BASES && !id.isEmpty() && !file.startsWith("/"); i++) {
      JsonNode base = run.path("originalUriBaseIds").path(id);
      String folder = plain(base.path("uri").asText(""));
      if (folder.startsWith("/")) {
        return new SarifAddress(file, Optional.of(folder));
      }
      file = folder.isEmpty() || folder.endsWith("/") ? folder + file : folder + "/" + file;
      id = base.path("uriBaseId").asText("");
    }
    return new SarifAddress(file, Optional.empty());
  }

  /** The address as a path: without the scheme of files, and what was escaped as it was. */
  private static String plain(String address) {
    try {
      URI uri = new URI(address);
      boolean isFile = uri.getScheme() == null || uri.getScheme().equals("file");
      if (isFile && uri.isOpaque()) {
        return plain(uri.getRawSchemeSpecificPart()); // file:src/A.java
      }
      String path = isFile && uri.getPath() != null ? uri.getPath() : address;
      return path.replaceFirst("^(?:\\./)+", "");
    } catch (URISyntaxException e) {
      return address; // tools forget to escape
    }
  }
}
