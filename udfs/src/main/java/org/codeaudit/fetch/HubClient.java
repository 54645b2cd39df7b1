package org.codeaudit.fetch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.codeaudit.AuditException;

/**
 * Speaks HTTP with a hub. Redirections are followed here, because the token must never reach
 * another host than the hub's own: large files lie with other companies.
 */
final class HubClient {
  private static final String PUBLIC_HUB = "https://huggingface.co";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
  private static final int MOST_REDIRECTS = 10;
  private static final int LARGEST_LISTING = 64 << 20;
  private static final Pattern CONTENT_RANGE = Pattern.compile("bytes ([0-9]+)-.*");

  private final URI endpoint;
  private final Optional<HubToken> token;
  private final Patience patience;
  private final HttpClient http;

  HubClient(URI endpoint, Optional<HubToken> token, Patience patience) {
    this.endpoint = endpoint;
    this.token = token;
    this.patience = patience;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1) // a connection each for parallel downloads
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(Duration.ofSeconds(20))
            .build();
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
        "MODEL_ENDPOINT",
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
    Patience.Trial trial = patience.trial("Asking " + endpoint.getHost());
    while (true) {
      try (InputStream body = body(send(address(path), Optional.empty()))) {
        return JSON.readTree(body.readNBytes(LARGEST_LISTING));
      } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
        throw new IOException("the answer of " + endpoint.getHost() + " is not JSON", e);
      } catch (IOException e) {
        trial.pause(e);
      }
    }
  }

  /**
   * Bytes of a file from {@code from} on, one attempt.
   *
   * @param to where to end, empty for the file's end
   */
  InputStream open(String path, long from, OptionalLong to) throws IOException {
    boolean whole = from == 0 && to.isEmpty();
    String last = to.isPresent() ? String.valueOf(to.getAsLong() - 1) : "";
    HttpResponse<InputStream> response =
        send(address(path), whole ? Optional.empty() : Optional.of("bytes=" + from + "-" + last));
    InputStream body = body(response);
    try {
      long begin = response.statusCode() == 206 ? begin(response) : 0;
      if (begin > from) {
        throw new IOException("asked for bytes from " + from + " on, got them from " + begin);
      }
      body.skipNBytes(from - begin); // a server that knows no ranges sends the whole file
      return body;
    } catch (IOException e) {
      body.close();
      throw e;
    }
  }

  private static long begin(HttpResponse<?> response) throws IOException {
    String range = response.headers().firstValue("content-range").orElse("");
    Matcher matcher = CONTENT_RANGE.matcher(range);
    if (!matcher.matches()) {
      throw new IOException("a part of a file came without a valid Content-Range: " + range);
    }
    return Long.parseLong(matcher.group(1));
  }

  private URI address(String path) {
    return URI.create(endpoint + path);
  }

  private InputStream body(HttpResponse<InputStream> response) {
    return new SilenceGuard(response.body(), patience.silence());
  }

  private HttpResponse<InputStream> send(URI first, Optional<String> range) throws IOException {
    URI address = first;
    for (int hops = 0; hops <= MOST_REDIRECTS; hops++) {
      HttpResponse<InputStream> response = sendOnce(address, range);
      int status = response.statusCode();
      if (status == 200 || status == 206) {
        return response;
      }
      response.body().close();
      if (!REDIRECTS.contains(status)) {
        throw HubRefusal.of(address, status, response.headers());
      }
      address = target(address, response);
    }
    throw new IOException(first.getHost() + " redirected more than " + MOST_REDIRECTS + " times");
  }

  private HttpResponse<InputStream> sendOnce(URI address, Optional<String> range)
      throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address)
            .timeout(patience.silence())
            .header("User-Agent", "code-audit");
    range.ifPresent(bytes -> request.header("Range", bytes));
    token
        .filter(known -> sameHost(address, endpoint))
        .ifPresent(known -> request.header("Authorization", known.authorization()));
    try {
      return http.send(request.build(), BodyHandlers.ofInputStream());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("the request was interrupted");
    }
  }

  private static URI target(URI address, HttpResponse<?> response) throws IOException {
    String location = response.headers().firstValue("location").orElse("");
    try {
      URI target = address.resolve(location);
      boolean web = target.getHost() != null && target.getScheme().matches("(?i)https?");
      boolean weaker =
          address.getScheme().equalsIgnoreCase("https")
              && !target.getScheme().equalsIgnoreCase("https");
      if (!location.isEmpty() && web && !weaker) {
        return target;
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    throw new IOException(address.getHost() + " redirected to no place that may be followed");
  }

  private static boolean sameHost(URI one, URI other) {
    return one.getScheme().equalsIgnoreCase(other.getScheme())
        && one.getHost().equalsIgnoreCase(other.getHost())
        && one.getPort() == other.getPort();
  }
}
