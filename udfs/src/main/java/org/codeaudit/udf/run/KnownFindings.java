package org.codeaudit.udf.run;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.codeaudit.finding.AnchoredCode;
import org.codeaudit.finding.SecretRedactor;

/**
 * The findings that stood in whole files before this run, by repository: where one is not found
 * again, it matters whether its code is still there, or has gone to another file as it was.
 */
public final class KnownFindings implements Serializable {
  private static final long serialVersionUID = 1L;

  /** There are none. */
  public static final KnownFindings NONE = new KnownFindings(Map.of());

  private record Known(String fingerprint, String codeSha) implements Serializable {}

  /**
   * Those of a repository, by what the line reads as where their quote begins.
   *
   * @param redacted those where that line has a secret: lines are redacted only for them, for it
   *     takes time
   */
  private record Repository(Map<String, List<Known>> plain, Map<String, List<Known>> redacted)
      implements Serializable {
    void add(String opening, Known known) {
      (SecretRedactor.marks(opening) ? redacted : plain)
          .computeIfAbsent(opening, none -> new ArrayList<>(1))
          .add(known);
    }

    Set<String> heldBy(AnchoredCode code) {
      Set<String> held = new LinkedHashSet<>();
      for (int line = 1; line <= code.lines(); line++) {
        List<Known> here = new ArrayList<>(plain.getOrDefault(code.reading(line), List.of()));
        if (!redacted.isEmpty()) {
          here.addAll(redacted.getOrDefault(code.redactedReading(line), List.of()));
        }
        for (Known known : here) {
          if (!held.contains(known.fingerprint()) && code.sha(line).equals(known.codeSha())) {
            held.add(known.fingerprint());
          }
        }
      }
      return held;
    }
  }

  private final Map<String, Repository> repositories;

  private KnownFindings(Map<String, Repository> repositories) {
    this.repositories = repositories;
  }

  /** Whether any is known of a repository. */
  public boolean any(String repository) {
    return repositories.containsKey(repository);
  }

  /**
   * The fingerprints of those whose code a file has as it was, wherever it was then.
   *
   * @param language lower-case name, if known
   */
  public Set<String> held(String repository, Optional<String> language, String content) {
    Repository known = repositories.get(repository);
    return known == null ? Set.of() : known.heldBy(AnchoredCode.of(language, content));
  }

  /** Collects them in any order. */
  public static final class Builder {
    private final Map<String, Repository> repositories = new HashMap<>();

    /**
     * One of a repository; left out if it quotes nothing.
     *
     * @param quote the code it points at, secrets redacted
     * @param codeSha see {@link AnchoredCode#sha}
     */
    public Builder add(String repository, String fingerprint, String quote, String codeSha) {
      AnchoredCode.opening(quote)
          .ifPresent(
              opening ->
                  repositories
                      .computeIfAbsent(
                          repository, none -> new Repository(new HashMap<>(), new HashMap<>()))
                      .add(opening, new Known(fingerprint, codeSha)));
      return this;
    }

    public KnownFindings build() {
      return repositories.isEmpty() ? NONE : new KnownFindings(repositories);
    }
  }
}
