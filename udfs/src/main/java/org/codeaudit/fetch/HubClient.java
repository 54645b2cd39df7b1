package org.codeaudit.fetch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.web.Credential;
import org.codeaudit.web.Patience;
import org.codeaudit.web.WebClient;

/** A hub: its address, and the token that is sent only to it. */
final class HubClient {
  private static final String PUBLIC_HUB = "https://huggingface.co";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final URI endpoint;
  private final Optional<HubToken> token;
  private final WebClient web;

  HubClient(URI endpoint, Optional<HubToken> token, Patience patience) {
    this.endpoint = endpoint;
    this.token = token;
    this.web =
        new WebClient(
            patience,
            token.map(known -> new Credential(endpoint, known.authorization())),
            Optional.empty());
  }

  /** The hub that {@code HF_ENDPOINT} names, else the public one. */
  static URI endpoint(Map<String, String> environment) {
    String text = Optional.ofNullable(environment.get("HF_ENDPOINT")).orElse("").strip();
    String address = (text.isEmpty() ? PUBLIC_HUB : text).replaceFirst("/+$", "");
    try {
      URI uri = URI.create(address);
      if (uri.getHost() != null
          && address.matches("(?i)https?://.*")
          && uri.getUserInfo() == null) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    throw new AuditException(
        ErrorClass.MODEL_ENDPOINT,
        "Cannot use the hub that HF_ENDPOINT names",
        "it is no address of the form https://host",
        "Correct HF_ENDPOINT or unset it for " + PUBLIC_HUB);
  }

  URI endpoint() {
    return endpoint;
  }

  boolean hasToken() {
    return token.isPresent();
  }

  /** A JSON document of the hub; tried again while it is temporarily refused. */
  JsonNode json(String path) throws IOException {
    try {
      return JSON.readTree(web.document(address(path), "application/json").bytes());
    } catch (JsonProcessingException e) {
      throw new IOException("the answer of " + endpoint.getHost() + " is not JSON", e);
    }
  }

  /**
   * Bytes of a file from {@code from} on, one attempt.
   *
   * @param to where to end, empty for the file's end
   */
  InputStream open(String path, long from, OptionalLong to) throws IOException {
    return web.open(address(path), from, to);
  }

  private URI address(String path) {
    return URI.create(endpoint + path);
  }
}
