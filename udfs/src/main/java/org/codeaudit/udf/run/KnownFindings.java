package org.codeaudit.udf.run;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.codeaudit.finding.AnchoredCode;

/**
 * The findings that stood in whole files before this run, by file: where one is not found again, it
 * matters whether its code is still there.
 */
public final class KnownFindings implements Serializable {
  private static final long serialVersionUID = 1L;

  /** There are none. */
  public static final KnownFindings NONE = new KnownFindings(Map.of());

  /**
   * One of them.
   *
   * @param quote the code it points at, secrets redacted
   * @param codeSha see {@link AnchoredCode#sha}
   */
  public record Known(String fingerprint, String quote, String codeSha) implements Serializable {}

  private record Place(String repository, String path) implements Serializable {}

  private final Map<Place, List<Known>> files;

  private KnownFindings(Map<Place, List<Known>> files) {
    this.files = files;
  }

  /** Whether any is known of a file. */
  public boolean any(String repository, String path) {
    return files.containsKey(new Place(repository, path));
  }

  /**
   * The fingerprints of those whose code the file still has as it was.
   *
   * @param language lower-case name, if known
   */
  public List<String> held(
      String repository, String path, Optional<String> language, String content) {
    AnchoredCode code = AnchoredCode.of(language, content);
    return files.getOrDefault(new Place(repository, path), List.of()).stream()
        .filter(known -> code.holds(known.quote(), known.codeSha()))
        .map(Known::fingerprint)
        .toList();
  }

  /** Collects them in any order. */
  public static final class Builder {
    private final Map<Place, List<Known>> files = new HashMap<>();

    /** One of a file. */
    public Builder add(String repository, String path, Known known) {
      files.computeIfAbsent(new Place(repository, path), none -> new ArrayList<>(1)).add(known);
      return this;
    }

    public KnownFindings build() {
      return files.isEmpty() ? NONE : new KnownFindings(files);
    }
  }
}
