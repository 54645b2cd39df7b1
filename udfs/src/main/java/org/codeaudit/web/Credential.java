package org.codeaudit.web;

import java.net.URI;

/** A credential for one server. It is sent only to that server and never shown. */
public final class Credential {
  private final URI server;
  private final String authorization;

  /**
   * @param server an address of the server; its scheme, host and port count
   * @param authorization the value of the header {@code Authorization}
   */
  public Credential(URI server, String authorization) {
    this.server = server;
    this.authorization = authorization;
  }

  boolean isFor(URI address) {
    return address.getScheme().equalsIgnoreCase(server.getScheme())
        && address.getHost().equalsIgnoreCase(server.getHost())
        && address.getPort() == server.getPort();
  }

  String authorization() {
    return authorization;
  }

  @Override
  public String toString() {
    return "[credential for " + server.getHost() + "]";
  }
}
