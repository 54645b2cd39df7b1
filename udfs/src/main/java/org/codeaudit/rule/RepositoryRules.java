package org.codeaudit.rule;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.codeaudit.AuditException;

/**
 * The rules of a repository or of a run: files that are not reviewed, checks that are asked about
 * some files only, and findings that need no attention; docs/rules.md has the format. Does not
 * change; may be shared by threads.
 */
public final class RepositoryRules implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The name of the file at a repository's root. */
  public static final String FILE = ".codeaudit.yaml";

  /** Larger files are refused: rules are written by people, and travel with every file's row. */
  public static final int MOST_BYTES = 64 << 10;

  /** Says nothing. */
  public static final RepositoryRules NONE = parse(FILE, "");

  /** How many texts of rows are kept parsed. */
  private static final int MOST_RECENT = 16;

  private static final Map<String, RepositoryRules> RECENT =
      new LinkedHashMap<>(MOST_RECENT, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, RepositoryRules> eldest) {
          return size() > MOST_RECENT;
        }
      };

  private final String file;
  private final String text;

  // Travels as text, and is parsed again where it arrives.
  private final transient List<Glob> exclude;
  private final transient List<RequestedChecks> checks;
  private final transient List<IgnoreRule> ignore;

  RepositoryRules(
      String file,
      String text,
      List<Glob> exclude,
      List<RequestedChecks> checks,
      List<IgnoreRule> ignore) {
    this.file = file;
    this.text = text;
    this.exclude = List.copyOf(exclude);
    this.checks = List.copyOf(checks);
    this.ignore = List.copyOf(ignore);
  }

  /**
   * The rules of a text.
   *
   * @param file its name, for errors
   * @throws AuditException {@code RULES_INVALID} naming all that is wrong with it
   */
  public static RepositoryRules parse(String file, String text) {
    return RulesFileParser.read(file, text);
  }

  /**
   * The rules of a file's bytes.
   *
   * @throws AuditException {@code RULES_INVALID} if there are too many, or they are no text in
   *     UTF-8, or as {@link #parse}
   */
  public static RepositoryRules read(String file, byte[] bytes) {
    if (bytes.length > MOST_BYTES) {
      throw tooLarge(file, bytes.length);
    }
    try {
      return parse(
          file, StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      throw RulesFileParser.invalid(file, "it is no text in UTF-8");
    }
  }

  /** What to say of a file of more than {@link #MOST_BYTES}. */
  public static AuditException tooLarge(String file, long bytes) {
    return RulesFileParser.invalid(file, "it has " + bytes + " bytes, more than " + MOST_BYTES);
  }

  /** What to say of something else than a file. */
  public static AuditException noFile(String file, String what) {
    return RulesFileParser.invalid(file, "it is " + what + ", which is not followed");
  }

  /** The rules in a column; many rows have the same, so that they are parsed once. */
  public static RepositoryRules ofRow(String text) {
    if (text == null) {
      return NONE;
    }
    synchronized (RECENT) {
      return RECENT.computeIfAbsent(text, own -> parse(FILE, own));
    }
  }

  /** The name of their file. */
  public String file() {
    return file;
  }

  /** As they were written. */
  public String text() {
    return text;
  }

  /** Whether the file is not to be reviewed. */
  public boolean excludes(String path) {
    return exclude.stream().anyMatch(glob -> glob.matches(path));
  }

  /** Whether there are files that are not to be reviewed. */
  public boolean excludesAny() {
    return !exclude.isEmpty();
  }

  /** Ids of the checks that they ask for. */
  public Set<String> requestedChecks() {
    return checks.stream().flatMap(entry -> entry.ids().stream()).collect(Collectors.toSet());
  }

  /** Ids of the checks that they ask for about a file. */
  public Set<String> requestedChecks(String path) {
    return checks.stream()
        .filter(entry -> entry.about(path))
        .flatMap(entry -> entry.ids().stream())
        .collect(Collectors.toSet());
  }

  /**
   * What they say of a finding: the first entry that means it and has not expired.
   *
   * @param today the day on which entries must hold, in UTC
   */
  public Ruling ruling(FindingFacts finding, LocalDate today) {
    Ruling ruling = Ruling.NONE;
    for (IgnoreRule rule : ignore) {
      if (rule.matches(finding)) {
        ruling = ruling.or(rule.ruling(today));
      }
    }
    return ruling;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RepositoryRules rules
        && file.equals(rules.file)
        && text.equals(rules.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  private Object readResolve() {
    return text.isEmpty() ? NONE : parse(file, text);
  }
}
