package org.codeaudit.packages;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.codeaudit.web.WebClient;

/** What a simple index says of a project: its files, as JSON (PEP 691) or as HTML (PEP 503). */
final class IndexPage {
  /** JSON before HTML: many mirrors know only the latter. */
  static final String ACCEPT =
      "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2,"
          + " text/html;q=0.1";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern ANCHOR =
      Pattern.compile("<a\\b[^>]*?\\bhref\\s*=\\s*(\"[^\"]*\"|'[^']*')", Pattern.CASE_INSENSITIVE);
  private static final Pattern SHA_256 = Pattern.compile("(?:^|&)sha256=([0-9a-f]{64})(?:&|$)");

  private IndexPage() {}

  /**
   * A file of a project.
   *
   * @param sha256 in lower-case hexadecimal digits; empty where the index names none
   */
  record Entry(String name, URI address, Optional<String> sha256) {}

  /**
   * Reads a page; entries that cannot be read are passed over.
   *
   * @throws IOException if it is neither JSON nor HTML
   */
  static List<Entry> read(WebClient.Document page) throws IOException {
    String type = page.type();
    if (type.endsWith("json")) {
      return json(page);
    }
    if (type.endsWith("html")) {
      return html(page);
    }
    throw new IOException(
        page.address().getHost() + " answered with neither JSON nor HTML but '" + type + "'");
  }

  private static List<Entry> json(WebClient.Document page) throws IOException {
    List<Entry> entries = new ArrayList<>();
    try {
      for (JsonNode file : JSON.readTree(page.bytes()).path("files")) {
        String sha256 = file.path("hashes").path("sha256").asText();
        add(
            entries,
            page.address(),
            file.path("url").asText(),
            Optional.of(sha256).filter(hex -> hex.matches("[0-9a-f]{64}")));
      }
    } catch (JsonProcessingException e) {
      throw new IOException("the answer of " + page.address().getHost() + " is not JSON", e);
    }
    return entries;
  }

  private static List<Entry> html(WebClient.Document page) {
    List<Entry> entries = new ArrayList<>();
    Matcher anchors = ANCHOR.matcher(new String(page.bytes(), StandardCharsets.UTF_8));
    while (anchors.find()) {
      String quoted = anchors.group(1);
      String link = quoted.substring(1, quoted.length() - 1).replace("&amp;", "&").strip();
      Matcher sha256 = SHA_256.matcher(link.replaceFirst("^[^#]*#?", ""));
      Optional<String> hex = sha256.find() ? Optional.of(sha256.group(1)) : Optional.empty();
      add(entries, page.address(), link.replaceFirst("#.*", ""), hex);
    }
    return entries;
  }

  private static void add(List<Entry> entries, URI page, String link, Optional<String> sha256) {
    try {
      URI address = page.resolve(link);
      String path = Optional.ofNullable(address.getPath()).orElse("");
      if (address.getHost() != null && address.getScheme().matches("(?i)https?")) {
        entries.add(new Entry(path.substring(path.lastIndexOf('/') + 1), address, sha256));
      }
    } catch (IllegalArgumentException e) {
      // No file that could be fetched.
    }
  }
}
