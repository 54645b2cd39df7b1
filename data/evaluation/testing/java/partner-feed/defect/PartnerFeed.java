package com.tourboard.feeds;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Loads the calendar that a partner entered in its profile, to show it on the partner's page. */
public final class PartnerFeed {
  private static final String PARTNER_DOMAIN = "tourpartners.example";
  private static final int MOST_BYTES = 512 * 1024;

  private final HttpClient client =
      HttpClient.newBuilder()
          .followRedirects(HttpClient.Redirect.NEVER)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  /**
   * The calendar's text.
   *
   * @throws IllegalArgumentException for an address that is not one of our partners'
   */
  public String load(String address) throws IOException, InterruptedException {
    URI feed = URI.create(address);
    if (!"https".equals(feed.getScheme()) || !ofPartner(feed.getHost())) {
      throw new IllegalArgumentException("Not an address of a partner: " + address);
    }
    HttpRequest request =
        HttpRequest.newBuilder(feed).timeout(Duration.ofSeconds(10)).GET().build();
    HttpResponse<InputStream> response =
        client.send(request, HttpResponse.BodyHandlers.ofInputStream());
    try (InputStream body = response.body()) {
      if (response.statusCode() != 200) {
        throw new IOException(feed + " answered " + response.statusCode());
      }
      byte[] text = body.readNBytes(MOST_BYTES + 1);
      if (text.length > MOST_BYTES) {
        throw new IOException(feed + " is longer than " + MOST_BYTES + " bytes");
      }
      return new String(text, StandardCharsets.UTF_8);
    }
  }

  static boolean ofPartner(String host) {
    if (host == null) {
      return false;
    }
    return host.endsWith(PARTNER_DOMAIN);
  }
}
