package org.codeaudit.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;

/**
 * Speaks HTTP with a server. Redirections are followed here, because a credential must never reach
 * another host than its own: large files are often stored on other hosts. Proxies are the JVM's.
 */
public final class WebClient {
  private static final Duration LONGEST_CONNECT = Duration.ofSeconds(20);
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
  private static final int MOST_REDIRECTS = 10;
  private static final int LARGEST_DOCUMENT = 64 << 20;
  private static final Pattern CONTENT_RANGE = Pattern.compile("bytes ([0-9]+)-.*");

  private final Patience patience;
  private final Optional<Credential> credential;
  private final HttpClient http;

  /**
   * @param trust whom to trust; empty for the JVM's certificates
   */
  public WebClient(Patience patience, Optional<Credential> credential, Optional<SSLContext> trust) {
    this.patience = patience;
    this.credential = credential;
    Duration silence = patience.silence();
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1) // a connection each for parallel downloads
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(silence.compareTo(LONGEST_CONNECT) < 0 ? silence : LONGEST_CONNECT);
    trust.ifPresent(builder::sslContext);
    this.http = builder.build();
  }

  /**
   * A small answer as a whole.
   *
   * @param address where it came from in the end
   * @param type its media type, without parameters, in lower case; empty if none was named
   */
  public record Document(URI address, String type, byte[] bytes) {}

  /**
   * A small document; tried again while it is temporarily refused.
   *
   * @param accept the value of the header {@code Accept}
   * @throws WebRefusal if the server has another answer
   */
  public Document document(URI address, String accept) throws IOException {
    Patience.Trial trial = patience.trial("Asking " + address.getHost());
    while (true) {
      try {
        HttpResponse<InputStream> response = send(address, Map.of("Accept", accept));
        try (InputStream body = body(response)) {
          return new Document(response.uri(), type(response), body.readNBytes(LARGEST_DOCUMENT));
        }
      } catch (IOException e) {
        trial.pause(e);
      }
    }
  }

  private static String type(HttpResponse<?> response) {
    String type = response.headers().firstValue("content-type").orElse("");
    return type.replaceFirst(";.*", "").strip().toLowerCase(Locale.ROOT);
  }

  /**
   * Bytes of a file from {@code from} on, one attempt; the caller closes the stream.
   *
   * @param to where to end, empty for the file's end
   */
  public InputStream open(URI address, long from, OptionalLong to) throws IOException {
    boolean whole = from == 0 && to.isEmpty();
    String last = to.isPresent() ? String.valueOf(to.getAsLong() - 1) : "";
    HttpResponse<InputStream> response =
        send(address, whole ? Map.of() : Map.of("Range", "bytes=" + from + "-" + last));
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

  private InputStream body(HttpResponse<InputStream> response) {
    return new SilenceGuard(response.body(), patience.silence());
  }

  private HttpResponse<InputStream> send(URI first, Map<String, String> headers)
      throws IOException {
    URI address = first;
    for (int hops = 0; hops <= MOST_REDIRECTS; hops++) {
      HttpResponse<InputStream> response = sendOnce(address, headers);
      int status = response.statusCode();
      if (status == 200 || status == 206) {
        return response;
      }
      response.body().close();
      if (!REDIRECTS.contains(status)) {
        throw WebRefusal.of(address, status, response.headers());
      }
      address = target(address, response);
    }
    throw new IOException(first.getHost() + " redirected more than " + MOST_REDIRECTS + " times");
  }

  private HttpResponse<InputStream> sendOnce(URI address, Map<String, String> headers)
      throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address)
            .timeout(patience.silence())
            .header("User-Agent", "code-audit");
    headers.forEach(request::header);
    credential
        .filter(known -> known.isFor(address))
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
}
