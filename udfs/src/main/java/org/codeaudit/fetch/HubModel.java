package org.codeaudit.fetch;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.codeaudit.AuditException;

/**
 * A commit of a repository of the Hugging Face hub: {@code GET
 * /api/models/{repository}/revision/{revision}?blobs=true} names its hash and files, {@code GET
 * /{repository}/resolve/{commit}/{file}} gives their bytes, directly or by redirection.
 */
final class HubModel implements RemoteModel {
  private static final String PLAIN_NAME = "[A-Za-z0-9][A-Za-z0-9._-]*";

  private final HubClient client;
  private final ModelReference.Hub reference;
  private final List<RemoteFile> files;

  private HubModel(HubClient client, ModelReference.Hub reference, List<RemoteFile> files) {
    this.client = client;
    this.reference = reference;
    this.files = files;
  }

  /**
   * Asks the hub which commit the reference means now and which files it has.
   *
   * @throws AuditException if there is no such model or revision, it may not be read, or the hub
   *     cannot be reached
   */
  static HubModel of(HubClient client, ModelReference.Hub reference) {
    HubErrors errors = new HubErrors(client, reference);
    try {
      String revision = URLEncoder.encode(reference.revision(), StandardCharsets.UTF_8);
      JsonNode listing =
          client.json(
              "/api/models/" + reference.repository() + "/revision/" + revision + "?blobs=true");
      String commit = listing.path("sha").asText();
      if (!ModelReference.Hub.isCommit(commit)) {
        throw new IOException("the answer of the hub names no commit");
      }
      return new HubModel(client, reference.at(commit), files(listing.path("siblings")));
    } catch (IOException e) {
      throw errors.explain("the list of its files", e);
    }
  }

  /** The same, its bytes read by another client. */
  HubModel with(HubClient other) {
    return new HubModel(other, reference, files);
  }

  private static List<RemoteFile> files(JsonNode siblings) throws IOException {
    List<RemoteFile> files = new ArrayList<>();
    for (JsonNode sibling : siblings) {
      String name = sibling.path("rfilename").asText();
      if (name.matches(PLAIN_NAME)) {
        files.add(file(name, sibling));
      }
    }
    return List.copyOf(files);
  }

  private static RemoteFile file(String name, JsonNode sibling) throws IOException {
    JsonNode large = sibling.path("lfs");
    JsonNode size = large.path("size").isNumber() ? large.path("size") : sibling.path("size");
    String sha256 = large.path("sha256").asText();
    String blob = sibling.path("blobId").asText();
    Optional<Checksum> checksum =
        sha256.matches("[0-9a-f]{64}")
            ? Optional.of(new Checksum(Checksum.Kind.SHA_256, sha256))
            : blob.matches("[0-9a-f]{40}")
                ? Optional.of(new Checksum(Checksum.Kind.GIT_BLOB, blob))
                : Optional.empty();
    if (!size.isIntegralNumber() || size.longValue() < 0 || checksum.isEmpty()) {
      throw new IOException("the answer of the hub gives no size or no checksum of " + name);
    }
    return new RemoteFile(name, size.longValue(), checksum);
  }

  @Override
  public ModelReference.Hub reference() {
    return reference;
  }

  @Override
  public List<RemoteFile> files() {
    return files;
  }

  @Override
  public Optional<String> revision() {
    return Optional.of(revision(reference));
  }

  /** The commit; of a repository with several models also which one. */
  static String revision(ModelReference.Hub pinned) {
    return pinned.revision() + pinned.file().map(file -> ":" + file).orElse("");
  }

  @Override
  public InputStream open(RemoteFile file, long from, long to) throws IOException {
    String path =
        "/" + reference.repository() + "/resolve/" + reference.revision() + "/" + file.name();
    return client.open(path, from, to < file.size() ? OptionalLong.of(to) : OptionalLong.empty());
  }

  @Override
  public void confirm() {
    // A commit never changes.
  }

  @Override
  public AuditException explain(RemoteFile file, IOException failure) {
    return new HubErrors(client, reference).explain("its file " + file.name(), failure);
  }
}
