package org.codeaudit.web;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** An answer of a server, or of one that it redirected to, that is not what was asked for. */
public final class WebRefusal extends IOException implements Patience.Temporary {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;
  private final Duration pause;

  private WebRefusal(String message, int status, String code, Duration pause) {
    super(message);
    this.status = status;
    this.code = code;
    this.pause = pause;
  }

  /** The query of an address may hold a signature, so it is not shown. */
  static WebRefusal of(URI address, int status, HttpHeaders headers) {
    String said = headers.firstValue("x-error-message").map(text -> ": " + text).orElse("");
    return new WebRefusal(
        address.getHost() + address.getPath() + " answered " + status + said,
        status,
        headers.firstValue("x-error-code").orElse(""),
        headers.firstValue("retry-after").flatMap(WebRefusal::pause).orElse(Duration.ZERO));
  }

  /** Seconds, or a date as HTTP writes it. */
  private static Optional<Duration> pause(String retryAfter) {
    try {
      if (retryAfter.strip().matches("[0-9]{1,9}")) {
        return Optional.of(Duration.ofSeconds(Long.parseLong(retryAfter.strip())));
      }
      Instant at =
          ZonedDateTime.parse(retryAfter, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      Duration left = Duration.between(Instant.now(), at);
      return Optional.of(left.isNegative() ? Duration.ZERO : left);
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /** The status of the answer, such as 404. */
  public int status() {
    return status;
  }

  /** A hub's own name of the reason, such as {@code GatedRepo}; empty if none was given. */
  public String code() {
    return code;
  }

  @Override
  public boolean temporary() {
    return status == 408 || status == 429 || status >= 500;
  }

  @Override
  public Duration pause() {
    return pause;
  }
}
