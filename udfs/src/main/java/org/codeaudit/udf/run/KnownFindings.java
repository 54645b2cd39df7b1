package org.codeaudit.udf.run;

import java.io.Serializable;
import java.util.HashMap;
import java.util.LinkedHashSet;
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
   * The line where quotes with a secret begin.
   *
   * @param opening what it reads as once it is redacted
   * @param before what stands before its first secret, and so in the line as it is
   * @param after what stands behind its last
   */
  private record Redacted(String opening, String before, String after) implements Serializable {
    static Redacted of(String opening) {
      return new Redacted(
          opening, SecretRedactor.beforeMarks(opening), SecretRedactor.afterMarks(opening));
    }

    /**
     * Whether a line is this one. It is redacted only where it may be, for that takes time.
     *
     * @param plain what it reads as
     */
    boolean isRead(String plain, AnchoredCode code, int line) {
      return plain.startsWith(before)
          && plain.endsWith(after)
          && code.redactedReading(line).equals(opening);
    }
  }

  /**
   * Those of a repository, by the line where their quote begins.
   *
   * @param plain by what it reads as
   * @param redacted those where it has a secret
   */
  private record Repository(Map<String, Set<Known>> plain, Map<Redacted, Set<Known>> redacted)
      implements Serializable {
    void add(String opening, Known known) {
      (SecretRedactor.marks(opening)
              ? redacted.computeIfAbsent(Redacted.of(opening), none -> new LinkedHashSet<>(1))
              : plain.computeIfAbsent(opening, none -> new LinkedHashSet<>(1)))
          .add(known);
    }

    Set<String> heldBy(AnchoredCode code) {
      Set<String> held = new LinkedHashSet<>();
      for (int line = 1; line <= code.lines(); line++) {
        String reading = code.reading(line);
        addHeld(plain.getOrDefault(reading, Set.of()), code, line, held);
        for (Map.Entry<Redacted, Set<Known>> entry : redacted.entrySet()) {
          if (entry.getKey().isRead(reading, code, line)) {
            addHeld(entry.getValue(), code, line, held);
          }
        }
      }
      return held;
    }

    private static void addHeld(Set<Known> known, AnchoredCode code, int line, Set<String> held) {
      for (Known one : known) {
        if (code.sha(line).equals(one.codeSha())) {
          held.add(one.fingerprint());
        }
      }
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
