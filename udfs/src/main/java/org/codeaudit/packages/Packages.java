package org.codeaudit.packages;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.codeaudit.AuditException;
import org.codeaudit.web.Patience;

/** The places where pip looks for packages: folders first, then indexes. Safe for many threads. */
public final class Packages {
  private final List<WheelSource> sources;
  private final Map<Release, Wheel> found = new HashMap<>();

  /**
   * @param silence how long an index may stay silent before it counts as cut
   * @throws AuditException {@code PACKAGE_CERTIFICATES} if those of the settings cannot be read
   */
  public Packages(PipSettings settings, Duration silence) {
    List<WheelSource> all = new ArrayList<>();
    settings.folders().forEach(folder -> all.add(new WheelFolder(folder)));
    if (!settings.indexes().isEmpty()) {
      Optional<SSLContext> trust = settings.certificates().map(Certificates::trust);
      settings
          .indexes()
          .forEach(index -> all.add(new PackageIndex(index, Patience.once(silence), trust)));
    }
    this.sources = List.copyOf(all);
  }

  /**
   * Finds a wheel in one attempt; asked again, it answers from memory.
   *
   * @throws WheelMissing if no place has it
   * @throws IOException if a place cannot be asked and no earlier one has it
   */
  public synchronized Wheel wheel(Release release) throws IOException {
    Wheel known = found.get(release);
    if (known != null) {
      return known;
    }
    for (WheelSource source : sources) {
      Optional<Wheel> wheel = source.find(release);
      if (wheel.isPresent()) {
        found.put(release, wheel.get());
        return wheel.get();
      }
    }
    throw new WheelMissing("none of these has a wheel of " + release + ": " + this);
  }

  /** The places, without secrets. */
  @Override
  public String toString() {
    return sources.isEmpty() ? "(no folder and no index)" : String.join(", ", names());
  }

  private List<String> names() {
    return sources.stream().map(WheelSource::toString).toList();
  }
}
