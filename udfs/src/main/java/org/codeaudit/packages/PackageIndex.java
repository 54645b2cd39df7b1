package org.codeaudit.packages;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.OptionalLong;
import javax.net.ssl.SSLContext;
import org.codeaudit.web.Credential;
import org.codeaudit.web.Patience;
import org.codeaudit.web.WebClient;
import org.codeaudit.web.WebRefusal;

/** A simple index: {@code GET /PROJECT/} names a project's files. */
final class PackageIndex implements WheelSource {
  private static final int NOT_FOUND = 404;

  private final URI address;
  private final WebClient web;

  /**
   * @param address ends with a slash; may hold a user and a password
   */
  PackageIndex(URI address, Patience patience, Optional<SSLContext> trust) {
    this.address = withoutUser(address);
    Optional<Credential> user =
        Optional.ofNullable(address.getUserInfo())
            .map(both -> new Credential(this.address, basic(both)));
    this.web = new WebClient(patience, user, trust);
  }

  private static String basic(String userAndPassword) {
    String both = userAndPassword.contains(":") ? userAndPassword : userAndPassword + ":";
    byte[] bytes = both.getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(bytes);
  }

  private static URI withoutUser(URI address) {
    try {
      return new URI(
          address.getScheme(),
          null,
          address.getHost(),
          address.getPort(),
          address.getPath(),
          null,
          null);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(e);
    }
  }

  @Override
  public Optional<Wheel> find(Release release) throws IOException {
    try {
      URI project = address.resolve(release.project() + "/");
      return IndexPage.read(web.document(project, IndexPage.ACCEPT)).stream()
          .filter(entry -> release.isIn(entry.name()))
          .findFirst()
          .map(Remote::new);
    } catch (WebRefusal refusal) {
      if (refusal.status() == NOT_FOUND) {
        return Optional.empty();
      }
      throw refusal;
    }
  }

  @Override
  public String toString() {
    return address.toString();
  }

  private final class Remote implements Wheel {
    private final IndexPage.Entry entry;

    Remote(IndexPage.Entry entry) {
      this.entry = entry;
    }

    @Override
    public String place() {
      return entry.name() + " of " + entry.address().getHost();
    }

    @Override
    public Optional<String> sha256() {
      return entry.sha256();
    }

    @Override
    public InputStream open() throws IOException {
      return web.open(entry.address(), 0, OptionalLong.empty());
    }
  }
}
