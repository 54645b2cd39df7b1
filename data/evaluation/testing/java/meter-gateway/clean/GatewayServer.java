package de.metergateway.http;

import com.sun.net.httpserver.BasicAuthenticator;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;

/** The gateway's page for technicians: shows and sets how often the meter is read. */
public final class GatewayServer {
  private static final int SHORTEST_SECONDS = 10;
  private static final int MOST_BYTES = 16;

  private final HttpsServer server;
  private final AtomicInteger interval = new AtomicInteger(60);

  public GatewayServer(int port, SSLContext tls, BasicAuthenticator technicians)
      throws IOException {
    server = HttpsServer.create(new InetSocketAddress(port), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(tls));
    server.createContext("/alive", exchange -> answer(exchange, 200, "alive"));
    server
        .createContext("/interval", exchange -> answer(exchange, 200, interval.toString()))
        .setAuthenticator(technicians);
    server.createContext("/interval/change", this::change).setAuthenticator(technicians);
  }

  public void start() {
    server.start();
  }

  private void change(HttpExchange exchange) throws IOException {
    if (!exchange.getRequestMethod().equals("POST")) {
      answer(exchange, 405, "POST the seconds between two readings");
      return;
    }
    byte[] body = exchange.getRequestBody().readNBytes(MOST_BYTES);
    try {
      int seconds = Integer.parseInt(new String(body, StandardCharsets.US_ASCII).strip());
      interval.set(Math.max(SHORTEST_SECONDS, seconds));
      answer(exchange, 200, interval.toString());
    } catch (NumberFormatException e) {
      answer(exchange, 400, "Not a whole number");
    }
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    try (exchange) {
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }
}
