package com.ticketkiosk.login;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;

/** Keeps a visitor signed in between visits. */
public class RememberVisitor {
  private static final String COOKIE = "kiosk_visitor";
  private static final Duration LIFETIME = Duration.ofDays(30);
  private static final int TOKEN_BYTES = 32;

  private final SecureRandom random = new SecureRandom();
  private final VisitorTokens tokens;

  public RememberVisitor(VisitorTokens tokens) {
    this.tokens = tokens;
  }

  /** Starts a remembered sign-in; called after the password was checked. */
  public void remember(long visitorId, HttpServletResponse response) {
    byte[] bytes = new byte[TOKEN_BYTES];
    random.nextBytes(bytes);
    String token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    tokens.store(visitorId, token, LIFETIME);

    Cookie cookie = new Cookie(COOKIE, token);
    cookie.setPath("/");
    cookie.setHttpOnly(true);
    cookie.setMaxAge((int) LIFETIME.toSeconds());
    cookie.setAttribute("SameSite", "Lax");
    response.addCookie(cookie);
  }

  /** The visitor that the request's token was given to, while it lasts. */
  public Optional<Long> visitorOf(HttpServletRequest request) {
    Cookie[] cookies = request.getCookies();
    if (cookies == null) {
      return Optional.empty();
    }
    for (Cookie cookie : cookies) {
      if (cookie.getName().equals(COOKIE)) {
        return tokens.visitor(cookie.getValue());
      }
    }
    return Optional.empty();
  }

  /** Where tokens are kept; only their digests are written. */
  public interface VisitorTokens {
    void store(long visitorId, String token, Duration lifetime);

    Optional<Long> visitor(String token);
  }
}
